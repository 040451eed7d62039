## Sentences of the topic “cli”: what the command line alone says. Both languages hold the same keys with the same parameters.

# --- a summary
cli-total = total
cli-packets = { $count ->
    [one] { $shown } packet
   *[other] { $shown } packets
}
cli-column = { $time } per column
cli-layers = layers:
cli-conversations = conversations:
cli-more = … and { $count } more
cli-retransmissions = { $count ->
    [one] { $shown } retransmission
   *[other] { $shown } retransmissions
}
cli-out-of-order = { $shown } out of order
cli-resets = { $count ->
    [one] { $shown } reset
   *[other] { $shown } resets
}
cli-zero-windows = { $count ->
    [one] { $shown } zero window
   *[other] { $shown } zero windows
}
cli-no-captures-below = There is no capture file in { $path }. Captures end in .cap, .pcap, .pcapng or .dmp, also with .gz behind it.

# --- one conversation over several sources
cli-follow-packets-there = packets →
cli-follow-bytes-there = bytes →
cli-follow-packets-back = packets ←
cli-follow-bytes-back = bytes ←
cli-follow-again = again
cli-follow-rtt = RTT
cli-follow-first = first
cli-follow-last = last
cli-follow-none = not seen

# --- filters tried on a capture
cli-kept = Kept { $kept } of { $packets } packets, { $kept-bytes } of { $bytes }

# --- a line of a list of blobs
cli-line = Line { $number }: { $reason }
cli-url = URL { $number }: { $reason }

# --- what a resource ID or page names
cli-scale-set = scale set
cli-instance = instance
cli-resource-group = resource group
cli-subscription = subscription
cli-tenant = tenant
cli-cloud = cloud

# --- scale sets, captures, accounts
cli-instances = { $count ->
    [one] { $count } instance
   *[other] { $count } instances
}
cli-no-captures = This scale set has no captures.
cli-deleted = { $count ->
    [0] { $capture } is deleted, and none of its files.
    [one] { $capture } is deleted, and { $count } file with it.
   *[other] { $capture } is deleted, and { $count } files with it.
}
cli-resumed = An interrupted download goes on ({ $transfer }).
cli-signed-in = { $name }, tenant { $tenant }, by { $credential }
cli-signed-out = Nobody is signed in. Run “vmss-capture account sign-in”, or “az login”. Tried:
cli-still-signed-in = The built-in sign-in is forgotten. This account is set up outside of it:

# --- below an error: what to do here
cli-next-cancelled = What was begun in Azure goes on. The same command takes a download up again.
cli-next-signed-out = To sign in here: vmss-capture account sign-in
cli-next-sign-in-failed = The account named by AZURE_CLIENT_ID and the variables beside it comes first: correct or remove them. To sign in as a person: vmss-capture account sign-in
cli-next-capture-failed = To see what is missing: vmss-capture agent status
cli-next-file-exists = With --overwrite, files that exist are replaced.

# --- registration with browsers
cli-registered = registered
cli-unregistered = not registered
cli-helper = helper:
cli-load-extension = Left to do in the browser: open its extensions page, switch on developer mode, load the folder dist/chromium (Firefox: about:debugging, load dist/firefox/manifest.json).
