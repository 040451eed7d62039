## Captures: what Azure says about them, and what a setting must be.

# packetCaptureStatus
capture-status-not-started-label = Not started
capture-status-not-started = The capture exists and has not started yet. It usually starts within seconds.
capture-status-running-label = Running
capture-status-running = The capture is running. Its files appear in storage after it has ended.
capture-status-stopped-label = Stopped
capture-status-stopped = The capture has ended. Its files can be downloaded once they have arrived in storage.
capture-status-error-label = Error
capture-status-error = The capture failed. See its errors, and start a new capture once their cause is gone.
capture-status-unknown-label = Unknown
capture-status-unknown = Azure does not know the state of this capture. Check that the instances run and answer, then refresh.
capture-status-other = Azure reports the state “{ $value }”, which this version does not know.

# stopReason
capture-stop-manual-label = Stopped by hand
capture-stop-manual = Somebody stopped it, here or elsewhere.
capture-stop-time-exceeded-label = Time limit
capture-stop-time-exceeded = It reached its time limit. Start it again with a longer limit if it ended too early.
capture-stop-other = Azure gives the reason “{ $value }”.

# packetCaptureError
capture-error-internal-error-label = Internal error
capture-error-internal-error = Azure or its agent failed without saying why. Start the capture again; if it fails again, update the Network Watcher agent on the instances.
capture-error-agent-stopped-label = Agent stopped
capture-error-agent-stopped = The Network Watcher agent on an instance stopped. Check that the extension is installed and running there, then start the capture again.
capture-error-capture-failed-label = Capture failed
capture-error-capture-failed = An instance could not capture packets. Check the filters, and that the agent supports the instance’s operating system.
capture-error-local-file-failed-label = Local file failed
capture-error-local-file-failed = An instance could not write its local file. Check the free disk space, and on Linux that the path is below /var/captures.
capture-error-storage-failed-label = Storage failed
capture-error-storage-failed = An instance could not write to the storage account. It must be Standard, in the same region, allow shared key access and be reachable from the instance’s subnet over TCP 443.
capture-error-other = Azure reports the error “{ $value }”, which this version does not know.

# provisioningState
capture-provisioning-creating-label = Creating
capture-provisioning-creating = Azure is creating the capture.
capture-provisioning-updating-label = Starting
capture-provisioning-updating = Azure is starting the capture on the instances.
capture-provisioning-deleting-label = Deleting
capture-provisioning-deleting = Azure is deleting the capture. Its files stay.
capture-provisioning-succeeded-label = Ready
capture-provisioning-succeeded = Azure has set up the capture.
capture-provisioning-failed-label = Failed
capture-provisioning-failed = Azure could not set up the capture. Delete it and start a new one.
capture-provisioning-canceled-label = Canceled
capture-provisioning-canceled = Setting up the capture was canceled. Delete it and start a new one.
capture-provisioning-other = Azure reports the provisioning state “{ $value }”, which this version does not know.

# Settings: names of fields
capture-field-bytesPerPacket = Bytes per packet
capture-field-sessionBytes = Bytes per session
capture-field-sessionSeconds = Time limit in seconds
capture-field-fileCount = Number of files
capture-field-fileBytes = Bytes per file
capture-field-ringSeconds = Time limit in seconds

# Settings: what is wrong
capture-setting-name-empty = Give the capture a name.
capture-setting-name-length = The name has { $length } characters. Use at most { $max }.
capture-setting-name-character = “{ $value }” cannot stand in a name. Use letters, digits, “_”, “-” and “.”.
capture-setting-name-start = A name starts with a letter or a digit, not with “{ $value }”.
capture-setting-name-end = A name ends with a letter, a digit or “_”, not with “{ $value }”.
capture-setting-scope-empty = Choose at least one instance, or all. Azure takes an empty choice for all instances.
capture-setting-scope-both = Instances are either included or excluded, not both at once.
capture-setting-scope-instance = “{ $value }” is not an instance.
capture-setting-out-of-range = { $field }: { $value } is outside { $min } to { $max }.
capture-setting-limits-both = A continuous capture has its own limits. Remove the session limits, or turn continuous capture off.
capture-setting-storage-missing = Choose a storage account, a local file on the instances, or both.
capture-setting-storage-account = “{ $value }” is not the id of a storage account.
capture-setting-storage-path-alone = A container or blob needs its storage account too.
capture-setting-storage-path = “{ $value }” is not the URL of a container or blob. It looks like https://ACCOUNT.blob.core.windows.net/CONTAINER, without a SAS.
capture-setting-local-file-extension = The local file must end in .cap.
capture-setting-local-file-linux = On Linux the local file must be below /var/captures, such as /var/captures/web.cap.
capture-setting-local-file-form = “{ $value }” is not a complete path. Use /var/captures/web.cap on Linux or C:\captures\web.cap on Windows.
capture-setting-target = “{ $value }” is neither a virtual machine scale set nor a virtual machine.
capture-setting-scope-of-machine = The target is a single virtual machine. There are no instances to choose.

# Resource IDs
capture-id-form = A resource ID looks like /subscriptions/GUID/resourceGroups/NAME/providers/NAMESPACE/TYPE/NAME.
capture-id-subscription = “{ $value }” is not a subscription ID: that is a GUID.
capture-id-name = “{ $value }” cannot be the name of a resource.
capture-id-type = The ID names a resource of the type { $found }, not { $expected }.

# Places: portal pages and blob URLs
capture-place-not-portal = This is neither a page of the Azure portal nor a resource ID. Paste the URL of a scale set’s page.
capture-place-not-scale-set = This page shows no virtual machine scale set. Open a scale set’s page and paste its URL.
capture-place-blob-url-form = This is not the URL of a blob. It looks like https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.
capture-place-blob-url-account = The URL names no storage account.
capture-place-blob-url-container = The URL names no container.
capture-place-blob-url-name = The URL names a container and no blob in it.

# Why captures cannot be written to a storage account
capture-account-premium = { $sku }: Premium accounts cannot take captures.
capture-account-other-region = In { $region }: the account must be in the region of the scale set.
capture-account-shared-key-off = Shared key access is off, and Network Watcher writes with a SAS.
capture-account-no-public-access = Public network access is off.
capture-account-no-blobs = It has no blob service.
