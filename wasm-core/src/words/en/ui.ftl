## Sentences of the topic “ui”. Both languages hold the same keys with the same parameters.

# Everywhere
ui-title = Packet capture
ui-title-of = Packet capture · { $scale-set }
ui-loading = Loading
ui-working = Working
ui-retry = Retry
ui-refresh = Refresh
ui-back = Back
ui-close = Close
ui-cancel = Cancel
ui-save = Save
ui-remove = Remove
ui-all = All
ui-none = None
ui-copy = Copy
ui-copied = Copied
ui-copy-refused = The browser did not allow copying
ui-copy-command = Copy command
ui-copy-details = Copy details
ui-as-of = As of
ui-azure-says = Azure says:
ui-browser-says = The browser says:
ui-as-command = Show as command
ui-as-command-of = { $action }: show as command
ui-shell = Shell
ui-action-of = { $action }: { $object }
ui-instance = Instance { $instance }
ui-instances = Instances
ui-instances-count = { $count ->
    [one] 1 instance
   *[other] { $count } instances
}
ui-chart-table = Show as table
ui-chart-from = From
ui-chart-to = To
ui-chart-chosen = { $from } to { $to }
ui-chart-whole = Whole time

# Launcher and frame
ui-launcher = Open packet capture
ui-launcher-running = Open packet capture: a capture is running
ui-collapse = Close the panel
ui-resize = Width of the panel
ui-settings = Settings
ui-shortcuts = Keyboard shortcuts
ui-key-toggle = Open or close the panel
ui-key-help = This list
ui-key-enter = In the form: start the capture
ui-key-tabs = Between tabs and between choices
ui-key-rows = Through the conversations
ui-key-escape = Back, then close the panel
ui-key-launcher = On the button at the edge: move it
ui-key-resize = On the left edge: change the width

# Helper
ui-connecting = Connecting to the helper
ui-no-scale-set = No scale set here
ui-no-scale-set-title = This page shows no virtual machine scale set.
ui-no-scale-set-next = Open a scale set in the Azure portal, and this panel shows what can be captured on it.
ui-helper-missing = The helper is not installed
ui-helper-missing-why = Captures are started and downloaded by a small program on this computer, so that your Azure sign-in never enters the browser. The browser cannot find it.
ui-helper-install = In the vmss-capture folder, run this ({ $system }):
ui-helper-then = Then come back here. There is no need to restart the browser.
ui-try-again = Try again
ui-helper-still-missing = Still not found?
ui-helper-doctor = This lists every place where browsers look for the helper, and what is wrong there:
ui-helper-ready = Helper { $version } is ready
ui-helper-silent = The helper does not answer
ui-helper-restarting = The helper ended and is being started again.
ui-helper-restarted = The helper had ended and was started again. Captures went on in Azure; interrupted downloads can be resumed below.
ui-helper-too-old = The helper is too old
ui-helper-too-old-next = Update the helper, so that it speaks the same language as this extension. Captures that run are not touched.
ui-extension-too-old = The extension is too old
ui-extension-too-old-next = The helper is newer. Update the extension in your browser, then open this page again.
ui-version-extension = Extension
ui-version-helper = Helper

# Sign in
ui-sign-in = Sign in
ui-sign-in-why = Sign in to Azure to see this scale set and capture on it. The tokens stay on this computer, outside the browser.
ui-sign-in-why-tenant = Sign in to the tenant { $tenant } to see this scale set and capture on it. The tokens stay on this computer, outside the browser.
ui-sign-in-browser = Sign in with the browser
ui-sign-in-code = Use a code instead
ui-sign-in-az = If you use the Azure CLI, “az login” is enough.
ui-sign-in-again = Check again
ui-sign-in-waiting = Waiting for you to sign in
ui-sign-in-type = Enter this code at
ui-sign-in-opened = A browser window was opened. If not, open
ui-sign-in-left = { $time } left
ui-sign-in-tried = What was tried before

# Ready
ui-ready = Ready?
ui-ready-all = All is ready for a capture
ui-ready-mostly = A capture can start, with a caveat
ui-ready-not = Something is missing
ui-ready-details = Show prerequisites
ui-loading-context = Looking at the scale set
ui-aks-owned = AKS owns this scale set. Microsoft does not support the Network Watcher agent on AKS nodes.
ui-check-network-watcher = Network Watcher
ui-check-agent-on-model = Agent in the model
ui-check-agent-on-instances = Agent on the instances
ui-check-latest-model = Latest model
ui-check-storage = Storage account
ui-check-permissions = Permissions
ui-check-supported = Supported scale set
ui-check-state-ok = In order
ui-check-state-warning = Caution
ui-check-state-blocked = In the way
ui-check-state-unknown = Not known
ui-fix-create-watcher = Create Network Watcher
ui-fix-install-agent = Install agent
ui-fix-update-instances = { $count ->
    [one] Update 1 instance
   *[other] Update { $count } instances
}
ui-step-create-watcher = Creating Network Watcher
ui-step-install-agent = Installing the agent
ui-step-update-instances = Updating instances
ui-step-start-capture = Starting the capture
ui-step-stop-capture = Stopping the capture
ui-step-delete-capture = Deleting the capture
ui-step-delete-files = Deleting files
ui-step-summarise = Reading packets
ui-step-dry-run = Trying the filters
ui-step-merge = Merging files
ui-step-export = Writing the export

# Running capture
ui-starting = Starting
ui-stop = Stop
ui-stop-of = Stop { $capture }
ui-stopping = Stopping. The files appear once Azure has uploaded them.
ui-time-left = { $time } left
ui-ends-session = Ends after { $time }, or at { $size } on an instance, whichever comes first.
ui-ends-ring = Ends after { $time }. Keeps up to { $files } files of { $size } on each instance.
ui-on-instances = { $count ->
    [one] On 1 instance
   *[other] On { $count } instances
}
ui-another-capture = New capture

# New capture
ui-new-capture = New capture
ui-what = What
ui-preset-everything = Everything
ui-preset-web = Web
ui-preset-dns = DNS
ui-preset-peer = One peer
ui-preset-port = One port
ui-preset-custom = Custom
ui-preset-peer-value = Address of the peer
ui-preset-port-value = Port
ui-preset-peer-missing = Enter the address of the peer.
ui-preset-port-missing = Enter the port.
ui-filters = Filters
ui-filter-number = Filter { $number }
ui-filter-add = Add filter
ui-filter-remove = Remove filter { $number }
ui-filter-protocol = Protocol of filter { $number }
ui-protocol-any = Any protocol
ui-filter-local = Local
ui-filter-remote = Remote
ui-filter-local-address = Filter { $number }: local address
ui-filter-local-port = Filter { $number }: local port
ui-filter-remote-address = Filter { $number }: remote address
ui-filter-remote-port = Filter { $number }: remote port
ui-any-address = any address
ui-any-port = any port
ui-dry-run = Try on an earlier capture
ui-dry-run-on = Earlier capture
ui-dry-run-working = Trying on { $capture }
ui-dry-run-result = Would have kept { $kept } of { $packets } packets of { $capture } ({ $share }).
ui-dry-run-nothing = Nothing would have been kept. Check the addresses and ports.
ui-dry-run-no-file = No file of { $capture } is on this computer. Download it first.
ui-instances-all = All ({ $count })
ui-instances-choose = Choose…
ui-instances-search = Search by number, name or address
ui-instances-search-none = No instance matches.
ui-instances-chosen = { $count } of { $total } chosen
ui-instance-running = running
ui-instance-power = power state: { $power }
ui-instance-no-agent = running, without agent
ui-instance-agent-failed = running, the agent failed
ui-time-limit = Time limit
ui-size-limit = Size limit per instance
ui-unit-of = { $field }: unit
ui-unit-seconds = seconds
ui-unit-minutes = minutes
ui-unit-hours = hours
ui-unit-days = days
ui-unit-kib = KiB
ui-unit-mib = MiB
ui-unit-gib = GiB
ui-estimate-session = At most { $files } × { $each } = { $total }, and no longer than { $time }.
ui-estimate-ring = At most { $files } files of { $each } = { $total }, and no longer than { $time }.
ui-more-limits = More limits
ui-per-packet = Of each packet
ui-packet-whole = Everything
ui-packet-headers = Headers only
ui-packet-bytes = First bytes
ui-packet-whole-help = Whole packets, payload included.
ui-packet-headers-help = The first { $bytes } bytes: Ethernet and IPv4 headers. Enough for who talks to whom, not for ports.
ui-packet-bytes-help = 128 bytes hold the headers of nearly all packets. DNS and TLS names need more.
ui-ring = Ring buffer (preview)
ui-ring-help = Several smaller files on each instance. For faults that come once in days.
ui-ring-count = Files per instance
ui-ring-size = Size of a file
ui-account = Save to
ui-account-none = No storage account
ui-account-line = { $name } ({ $sku })
ui-account-line-restricted = { $name } (restricted network)
ui-account-restricted = This account only takes traffic from chosen networks. The subnet of the scale set has to be among them, else there will be no files.
ui-account-no-eligible = No storage account here can take captures. Create a Standard account in the same region, or save on the instances.
ui-account-others = { $count ->
    [one] Why is 1 other account not in the list?
   *[other] Why are { $count } other accounts not in the list?
}
ui-blob-file = Azure will write this file (time in UTC):
ui-blob-folder = Azure will write a file for each instance below (time in UTC):
ui-more-places = Another container, or on the instances
ui-storage-path = Container or blob URL
ui-storage-path-help = Empty: Azure uses the container network-watcher-logs.
ui-local-file = Also keep a file on each instance
ui-local-file-help = It stays on the disk of the instance until you remove it there.
ui-local-path = Path on the instance
ui-name = Name
ui-start = Start capture
ui-start-not-ready = The scale set is not ready yet: see the prerequisites above.
ui-fault-filters = A filter is not valid: see the message at its field.
ui-fault-number = Enter a number.
ui-fault-no-instance = Choose at least one instance.
ui-fault-name-taken = A capture of this name exists. Choose another name.
ui-fault-nowhere = Choose a storage account, or a file on each instance.
ui-paste = Paste a command
ui-paste-title = Filters from a command
ui-paste-label = Command or JSON
ui-paste-help = An az CLI or PowerShell command that starts a capture, or its filters as JSON.
ui-paste-take = { $count ->
    [one] Use 1 filter
   *[other] Use { $count } filters
}

# Earlier captures
ui-earlier = Earlier captures
ui-earlier-refresh = Refresh the list of captures
ui-earlier-none = No captures yet
ui-earlier-none-next = Captures that end show up here with their files.
ui-earlier-more = { $count } more
ui-loading-captures = Loading captures
ui-again = Again
ui-again-of = Again: new capture with the settings of { $capture }
ui-delete = Delete
ui-delete-title = Delete { $capture }
ui-delete-consequence = The capture disappears from Network Watcher. Its files stay in the storage account and on this computer.
ui-delete-files = Also delete the files in the storage account
ui-delete-files-help = This cannot be undone. Copies on this computer stay.
ui-delete-capture = Delete capture
ui-delete-both = Delete capture and files
ui-deleting = Deleting

# Files
ui-files = Files
ui-files-of = Files of { $capture }
ui-files-count = { $count ->
    [one] 1 file, { $size }
   *[other] { $count } files, { $size }
}
ui-files-none = No files
ui-files-none-next = Azure uploads the files when a capture ends; that can take a minute. Refresh in a moment.
ui-files-on-instances = This capture keeps its files on the instances alone.
ui-loading-files = Looking for files
ui-file = File
ui-file-part = { $file } · part { $part }
ui-file-state-not-written = not written yet
ui-file-state-in-storage = in storage
ui-file-state-partial = partly here
ui-file-state-local = downloaded
ui-file-state-missing = no file
ui-file-not-written = Azure writes the file when the capture ends.
ui-file-missing = This instance was captured and has no file. Its agent may have been stopped, or it cannot reach the storage account.
ui-file-empty = No packets: no traffic matched the filters while the capture ran.
ui-file-partial = The download was interrupted. Downloading goes on where it stopped.
ui-look-first = Look first
ui-packets = Packets
ui-packets-unit = packets
ui-summary = Summary
ui-show-folder = Show in folder
ui-open-wireshark = Open in Wireshark
ui-download = Download
ui-files-here = { $local } of { $count } files are on this computer.
ui-download-all = Download all
ui-download-cancel = Cancel the download
ui-downloading = Downloading
ui-download-paused = Paused
ui-download-interrupted = Interrupted
ui-download-failed = Download failed
ui-done-of = { $done } of { $total }
ui-seconds-left = { $time } left
ui-pause = Pause
ui-resume = Resume
ui-overwrite = Replace the file

# Answer
ui-answer = Answer
ui-answer-of = Answer of { $capture }
ui-summarising = Reading packets
ui-findings = Findings
ui-findings-clean = No resets, no loss, every connection answered, all names resolved.
ui-findings-none = Nothing reached the threshold of a finding. What was counted stands below.
ui-findings-empty = The capture holds no packets. Either no traffic matched the filters, or the capture was stopped before there was any.
ui-findings-more = { $count } more findings
ui-evidence = Evidence
ui-evidence-of = Evidence: { $finding }
ui-bytes = Bytes
ui-span = Time span
ui-conversations = Conversations
ui-retransmissions = Retransmissions
ui-of-packets = { $count } of { $total } packets
ui-rtt = Round-trip time
ui-rtt-p95 = median; 95% below { $time }
ui-throughput = Throughput
ui-throughput-summary = peak { $peak }, mean { $mean } (per { $bucket })
ui-tab-conversations = Conversations
ui-tab-hosts = Hosts
ui-tab-protocols = Protocols
ui-tab-tcp = TCP
ui-tab-dns = DNS
ui-tab-tls = TLS
ui-tab-instances = Instances
ui-tab-file = Files
ui-protocol = Protocol
ui-protocols = Protocols
ui-protocols-help = A packet counts once for each protocol that it contains.
ui-hosts = Hosts by bytes
ui-address = Address
ui-sent = Sent
ui-received = Received
ui-client = From
ui-server = To
ui-duration = Duration
ui-server-name = Server name
ui-conversations-search = Search address, port or name
ui-conversations-shown = { $shown } of { $total }
ui-conversation = Conversation
ui-conversation-choose = Choose a conversation to see its packets or to check the rules that apply to it.
ui-conversation-tcp = { $syns } SYN, { $resets } RST, { $retransmissions } retransmitted, { $out-of-order } out of order, { $zero-windows } zero window
ui-sightings = On every instance
ui-sightings-help = What each instance saw of this conversation. Where one saw fewer packets than another, they were lost on the way, or not captured.
ui-sightings-instance = Instance
ui-sightings-there = Packets →
ui-sightings-back = Packets ←
ui-sightings-first = First packet
ui-sightings-last = Last packet
ui-sightings-fewer = { $count } fewer
ui-sightings-none = Not seen here
ui-sightings-unlisted = Not among the busiest conversations of this instance
ui-sightings-search = Search all files for it
ui-range-not-here = This tab is about the whole capture: the chosen time does not apply here.
ui-one-sided = There is no packet in the other direction.
ui-verify-flow = Which rule?
ui-verifying = Asking Network Watcher which rule applies
ui-access-allow = Allow
ui-access-deny = Deny
ui-verdict-allow = The rule “{ $rule }” lets this traffic pass.
ui-verdict-deny = The rule “{ $rule }” blocks this traffic.
ui-next-hop = Next hop: { $kind } { $address }
ui-capture-this = Capture only this
ui-copy-display-filter = Copy Wireshark filter
ui-tcp = TCP health
ui-tcp-none = The capture holds no TCP.
ui-mark = Mark
ui-count = Count
ui-of-tcp-packets = Of TCP packets
ui-tcp-retransmissions = Retransmissions
ui-tcp-fast-retransmissions = Fast retransmissions
ui-tcp-spurious-retransmissions = Spurious retransmissions
ui-tcp-out-of-order = Out of order
ui-tcp-duplicate-acks = Duplicate ACKs
ui-tcp-lost-segments = Segments not captured
ui-tcp-zero-windows = Zero windows
ui-tcp-window-full = Window full
ui-tcp-keep-alives = Keep-alives
ui-tcp-reused-ports = Reused ports
ui-tcp-resets = Resets
ui-tcp-unanswered-syns = Unanswered SYNs
ui-tcp-refused-syns = Refused SYNs
ui-dns-none = The capture holds no DNS.
ui-dns-codes = Answers
ui-dns-code = Code
ui-dns-queries = Questions
ui-dns-unanswered = No answer
ui-dns-failures = DNS failures
ui-type = Type
ui-tls-none = No TLS server names were seen.
ui-tls-names = TLS server names
ui-measure = Measure
ui-instances-compared = Instances side by side
ui-outlier = differs from the others
ui-outlier-help = ◆ marks a value far from those of the other instances: more than 3.5 scaled median absolute deviations from their median.
ui-format = Format
ui-size = Size
ui-export = Export
ui-merge = Merge into one pcapng
ui-copy-json = Copy summary as JSON
ui-exported = { $count ->
    [one] 1 file written to { $folder }
   *[other] { $count } files written to { $folder }
}

# Settings
ui-keys-about = opens and closes the panel. Your browser lets you choose other keys where it manages extensions.
ui-look = Appearance
ui-theme = Theme
ui-theme-portal = Like the portal
ui-theme-light = Light
ui-theme-dark = Dark
ui-theme-high-contrast = High contrast
ui-language = Language
ui-downloads = Downloads
ui-download-folder = Folder
ui-download-folder-help = An absolute path. Everything that is downloaded lands below it.
ui-bandwidth = Speed limit, per second
ui-bandwidth-help = Empty: no limit.
ui-saved-note = Settings are kept by the helper.
ui-about = Versions and diagnosis
ui-log = Log
ui-doctor = Run doctor
ui-copy-report = Copy report
ui-doctor-copy-help = The report holds paths and versions, and no secret.
ui-registration-ok = Registered
ui-registration-absent = Not registered
ui-registration-broken = Broken
ui-registration-shadowed = Shadowed
ui-viewer = Viewer
ui-viewer-about = Opens any capture file inside the browser. Nothing is uploaded.
ui-open-viewer = Open the viewer
ui-popup-here = This tab shows the scale set { $scale-set }. The button at the right edge of the page opens the panel.
ui-popup-elsewhere = Open a virtual machine scale set in the Azure portal to capture on it.
