## Sentences of the topic “errors”. Both languages hold the same keys with the same parameters.

# --- why a request failed, and what to do next (codes of protocol/error.rs)
error-internal = Something went wrong in the helper itself. Try again; if it happens again, attach the helper’s log to a report.
error-bad-message = The helper did not understand a message: { $reason }. Update the extension and the helper to the same version.
error-unknown-verb = This helper does not know “{ $verb }”. Update the helper.
error-unknown-origin = The helper was started by an extension that it does not know ({ $origin }). Install the extension again, or add its id to the helper’s configuration.
error-cancelled = Cancelled.
error-timeout = There was no answer within { $seconds } s. Check the connection and try again.
error-helper-missing = The browser cannot start the helper ({ $detail }). Install it with “vmss-capture install” and reload this page.
error-helper-gone = The helper ended unexpectedly ({ $detail }). What was under way in Azure goes on; try again to pick it up.
error-not-a-scale-set = This names no virtual machine scale set: { $url }. Open a scale set’s page in the portal, or give its resource ID.
error-invalid-input = { $reason }
error-signed-out = Nobody is signed in for the tenant { $tenant }. Sign in here, or run “az login”.
error-sign-in-failed = Signing in failed. Check the account, its secret or certificate, and the tenant; then sign in again. The reason given: { $reason }
error-sign-in-interaction = The present sign-in is not enough. { $reason }
error-wrong-tenant = The signed-in account belongs to tenant { $tenant }; this page is of tenant { $expected }. Sign in with an account of that tenant.
error-unknown-cloud = The cloud “{ $cloud }” is not in the helper’s configuration. Add it under [clouds], or choose another one.
error-not-permitted = You lack { $action } on { $scope }. Ask for the role { $role } there.
error-not-found = Azure does not find { $resource }. It may have been deleted, or you may not see it.
error-scale-set-gone = The scale set { $scaleSet } does not exist, or no longer does. Check the page, or choose another scale set.
error-capture-failed = The capture { $capture } ended as failed ({ $reason }). Remove the cause, and start a new capture.
error-capture-gone = The capture { $capture } does not exist, or no longer does. Its files stay in the storage account.
error-capture-exists = A capture named { $capture } exists already, and a capture cannot be changed. Choose another name, or delete that capture first.
error-conflict = { $resource } is in use, is being changed or exists already. Wait a moment and try again, or use another name.
error-rejected = Azure refused the request: { $reason }
error-throttled = Azure asks to wait { $seconds } s because of many requests in this subscription. Try again after that.
error-azure-unavailable = Azure answered with an error of its own ({ $status }), also after retries. Try again later, or look at Azure’s service health.
error-network = { $host } cannot be reached. Check the connection, the proxy and the firewall.
error-certificate = The certificate of { $host } is not trusted. If a proxy inspects TLS, add its certificate authority to the system’s store.
error-unexpected-answer = Azure’s answer is not what it documents ({ $what }). Try again; the log has the details.
error-operation-failed = The operation in Azure ended as { $status } ({ $operation }). Azure’s own message tells why; try again once that is mended.
error-operation-unclear = The end of the operation was not seen ({ $operation }). It may still go on in Azure: refresh to see the present state.
error-no-network-watcher = There is no Network Watcher in { $region }. Create it with one click under “Ready?”, or with “vmss-capture agent install --create-watcher”.
error-agent-missing = The Network Watcher agent is missing on { $count } of { $total } instances. Install it under “Ready?”.
error-storage-not-eligible = Captures cannot be written to the storage account { $account }. { $reason } Choose another one.
error-blob-missing = The file { $blob } is not there (yet). Azure writes it when the capture ends.
error-blob-changed = The file { $blob } was replaced during the download. Start the download again.
error-blob-not-permitted = You may not read files in the storage account { $account }. Ask for the role { $role } on it.
error-blob-network-refused = The network rules of the storage account { $account } do not let this computer in. Add its address under the account’s “Networking”, or download from a network that is allowed there.
error-corrupt = The bytes of { $blob } do not match their checksum. Download the file again.
error-disk-full = There is not enough space in { $folder }: { $needed } bytes are needed, { $free } are free. Make room, or choose another folder.
error-local-file = { $path }: { $reason }
error-file-not-found = There is no such file or folder. Check the path.
error-file-forbidden = You may not read or write it. Check its permissions, or choose another place.
error-file-folder = It is a folder, where a file is needed.
error-file-no-folder = A part of the path is a file, where a folder is needed.
error-file-full = There is no space left. Make room, or choose another place.
error-file-config = VMSS_CAPTURE_CONFIG names this configuration file, and it is not there. Create it (an empty one will do), or remove the variable.
error-file-read-only = It stands on a disk that cannot be written. Choose another place.
error-file-exists = { $path } exists already. Choose to overwrite it, or move it away.
error-path-refused = { $path } is outside the download folder, or not one of the helper’s files. Choose a file that was downloaded here.
error-not-a-capture = { $name } is not a capture file { $looksLike ->
    [empty] (it is empty)
    [zeros] (it holds nothing but zeros)
    [text] (it looks like text)
    [binary] (it begins neither like pcap nor like pcapng)
   *[other] (it looks like { $looksLike })
}. Choose a .cap, .pcap or .pcapng file.
error-program-missing = { $program } is not installed, or not found. Install it, and try again.
error-config = Correct the configuration { $path }, or move it away. It cannot be used: { $reason }
cloud-adfs = this cloud signs in by AD FS, whose tokens name no tenant; the helper works with Microsoft Entra ID only. Use the cloud’s own tools.
error-unknown = The helper reported an error that this version does not know. Update the extension.

# --- input that the helper refuses, where the core has no rule of its own for it
error-input-language = “{ $value }” is not a language of this product. Use en or ja.
error-input-downloads = The download folder must be a full path, such as /home/me/captures or C:\captures.
error-input-files = { $max } files at most can be read at once, and at least one must be chosen.
error-input-no-capture = There is no capture file among these.
error-input-target = The capture is meant for { $value }, not for the scale set of this page. Open that scale set’s page.
error-input-no-instance = None of the chosen instances exists in the scale set. Refresh, and choose again.
error-input-fix = Signing in is not one of the corrections. Use “Sign in”.
error-input-home = This system has no home folder to register the helper in.

# --- what Microsoft Entra ID or Azure demand of a sign-in (a part of error-sign-in-interaction), and the next step
sign-in-demand-factor = Your organization demands another factor (multifactor authentication). Sign in again with the browser, and confirm with it.
sign-in-demand-consent = The application has no consent in this tenant. Sign in with the browser and consent, or ask an administrator of the tenant to.
sign-in-demand-policy = A conditional access policy does not admit this account, device or place. Sign in with the browser on a device that your organization manages, or ask an administrator.
sign-in-demand-again = The earlier sign-in has ended, or the password has changed. Sign in again.
sign-in-demand-other = Azure demands a new sign-in by a person. Sign in again with the browser.

# --- "Ready?": what a capture needs
check-supported-ok = Azure supports captures on this scale set
check-supported-blocked = Azure does not support packet capture on the node pools of AKS
check-network-watcher-ok = Network Watcher { $name } in { $region }
check-network-watcher-blocked = No Network Watcher in { $region }
check-network-watcher-unknown = Network Watcher could not be read: { $reason }
check-agent-on-model-ok = Agent on the scale set’s model
check-agent-on-model-warning = The scale set’s model has no agent: new instances will start without it
check-agent-on-model-blocked = The scale set’s model has no agent
check-agent-on-instances-ok = { $total ->
    [one] Agent on the instance
   *[other] Agent on all { $total } instances
}
check-agent-on-instances-warning = { $count } of { $total } instances without agent: they will not be captured
check-agent-on-instances-blocked = { $count } of { $total } instances without agent
check-agent-on-instances-unknown = The agent’s state is not known on { $reason } of { $total } instances
check-latest-model-ok = All instances on the latest model
check-latest-model-warning = { $count } of { $total } instances are behind the latest model (upgrade policy { $policy })
check-storage-ok = { $count ->
    [one] Storage account { $account } in { $region }
   *[other] { $count } storage accounts in { $region }, such as { $account }
}
check-storage-warning = Storage account { $account } in { $region } restricts network access: the instances’ subnet must be among its rules
check-storage-blocked = { $count ->
    [0] No storage account in this subscription
    [one] The one storage account cannot take captures; a Standard account with shared-key access in { $region } is needed
   *[other] None of { $count } storage accounts can take captures; a Standard account with shared-key access in { $region } is needed
}
check-storage-unknown = Storage accounts could not be read: { $reason }
check-permissions-ok = Your permissions suffice
check-permissions-blocked = You lack { $action } on { $scope }; ask for the role { $role } there
check-permissions-unknown = Your permissions could not be read: { $reason }

# --- the page that the browser shows after the built-in sign-in
sign-in-done = You are signed in. You can close this tab and go back to the portal.
sign-in-refused = Signing in was not completed. Close this tab and try again from the panel.

# --- the doctor's report: what is registered where
doctor-program = program
doctor-config = configuration
doctor-log = log
doctor-downloads = downloads
doctor-state-ok = ok
doctor-state-absent = absent
doctor-state-broken = BROKEN
doctor-state-shadowed = shadowed
doctor-not-registered = not registered
doctor-not-used = the browser is not used here
doctor-shadowed = { $place } is read first
doctor-no-manifest = not a host manifest: { $reason }
doctor-other-host = it is for { $name }
doctor-not-allowed = it does not allow { $id }
doctor-silent = { $program }: no answer
doctor-stranger = { $program }: it is not vmss-capture
doctor-sandbox = this browser runs in a sandbox (snap or flatpak) and may not start helpers
