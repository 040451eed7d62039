"""The azure-mgmt SDKs through a capture's life, in every form of operations; and all clients on one capture."""

import unittest

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.storage import StorageManagementClient
from azure.storage.blob import BlobServiceClient

from support import GROUP, REGION, SET, STORAGE, WithSimulator

WATCHER = ("NetworkWatcherRG", "NetworkWatcher_westeurope")


class WithSdk(WithSimulator):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        verify = {"connection_verify": cls.sim.ca}
        cls.credential = ClientSecretCredential(
            cls.sim.tenant, cls.sim.clientId, cls.sim.clientSecret, authority=cls.sim.authority,
            disable_instance_discovery=True, **verify,
        )
        arm = {
            "base_url": cls.sim.resourceManager, "credential_scopes": [f"{cls.sim.resourceManager}/.default"], **verify,
        }
        cls.network = NetworkManagementClient(cls.credential, cls.sim.subscription, **arm)
        cls.compute = ComputeManagementClient(cls.credential, cls.sim.subscription, **arm)
        cls.storage = StorageManagementClient(cls.credential, cls.sim.subscription, **arm)
        cls.account = cls.storage.storage_accounts.get_properties(GROUP, STORAGE)

    def wish(self, **more):
        return {
            "properties": {
                "target": self.sim.scaleSet, "targetType": "AzureVMSS",
                "storageLocation": {"storageId": self.account.id}, **more,
            }
        }

    def create(self, name, **more):
        return self.network.packet_captures.begin_create(*WATCHER, name, self.wish(**more)).result(120)

    def status(self, name):
        return self.network.packet_captures.begin_get_status(*WATCHER, name).result(120)


class Captures(WithSdk):
    def lifecycle(self, form, status=True):
        self.sim.set(lro=form)
        name = f"sdk-{form}"
        made = self.create(
            name, bytesToCapturePerPacket=96, totalBytesPerSession=1048576, timeLimitInSeconds=600,
            scope={"include": ["0", "2"]}, filters=[{"protocol": "TCP", "remotePort": "443"}],
        )
        self.assertEqual(made.provisioning_state, "Succeeded")
        self.assertEqual(self.network.packet_captures.get(*WATCHER, name).name, name)
        self.assertIn(name, [one.name for one in self.network.packet_captures.list(*WATCHER)])
        if status:
            self.assertEqual(self.status(name).packet_capture_status, "Running")
        self.network.packet_captures.begin_stop(*WATCHER, name).result(120)
        if status:
            stopped = self.status(name)
            self.assertEqual((stopped.packet_capture_status, stopped.stop_reason), ("Stopped", "Manual"))
        self.network.packet_captures.begin_delete(*WATCHER, name).result(120)
        with self.assertRaises(ResourceNotFoundError):
            self.network.packet_captures.get(*WATCHER, name)

    def test_as_azure_announces_operations(self):
        self.lifecycle("recorded")

    def test_with_both_headers(self):
        self.lifecycle("both")

    def test_with_location_alone(self):
        self.lifecycle("location")

    def test_with_async_alone(self):
        # The SDK gets no status from an operation that has no Location.
        self.lifecycle("async", status=False)

    def test_status_at_once_and_later(self):
        self.sim.set(lro="recorded")
        self.create("sdk-status")
        for form in ("direct", "accepted"):
            self.sim.set(statusForm=form)
            self.assertEqual(self.status("sdk-status").packet_capture_status, "Running")
        self.sim.set(statusForm="recorded")

    def test_ring_buffer_and_refusals(self):
        settings = {"fileCount": 5, "fileSizeInBytes": 1048576, "sessionTimeLimitInSeconds": 3600}
        path = f"https://{STORAGE}.blob.core.windows.net/network-watcher-logs"
        made = self.create(
            "sdk-ring", continuousCapture=False, captureSettings=settings, timeLimitInSeconds=120,
            totalBytesPerSession=1048576, storageLocation={"storageId": self.account.id, "storagePath": path},
        )
        self.assertIsNone(made.total_bytes_per_session)
        self.assertEqual(made.capture_settings.file_count, 5)
        for more in ({"timeLimitInSeconds": 18001}, {"target": self.sim.scaleSet + "x"}, {"storageLocation": {}}):
            with self.assertRaises(HttpResponseError) as refused:
                self.create("sdk-refused", **more)
            self.assertEqual(refused.exception.status_code, 400)


class AroundCaptures(WithSdk):
    def test_watchers_scale_sets_and_storage(self):
        self.assertIn(REGION, [one.location for one in self.network.network_watchers.list_all()])
        self.assertEqual(self.compute.virtual_machine_scale_sets.get(GROUP, SET).sku.capacity, 3)
        instances = list(self.compute.virtual_machine_scale_set_vms.list(GROUP, SET, expand="instanceView"))
        self.assertEqual([one.instance_id for one in instances], ["0", "1", "2"])
        keys = self.storage.storage_accounts.list_keys(GROUP, STORAGE, expand="kerb").keys_property
        self.assertEqual([one.key_name for one in keys], ["key1", "key2"])

    def test_the_agent(self):
        agent = {
            "properties": {
                "publisher": "Microsoft.Azure.NetworkWatcher", "type": "NetworkWatcherAgentLinux",
                "typeHandlerVersion": "1.4", "autoUpgradeMinorVersion": True,
            }
        }
        extensions = self.compute.virtual_machine_scale_set_extensions
        put = extensions.begin_create_or_update(GROUP, SET, "NetworkWatcherAgentLinux", agent).result(120)
        self.assertEqual(put.provisioning_state, "Succeeded")
        self.assertIn("NetworkWatcherAgentLinux", [one.name for one in extensions.list(GROUP, SET)])
        sets = self.compute.virtual_machine_scale_sets
        sets.begin_update_instances(GROUP, SET, {"instanceIds": ["0"]}).result(120)
        vms = self.compute.virtual_machine_scale_set_vms.list(GROUP, SET)
        self.assertEqual([one.latest_model_applied for one in vms], [True, False, False])


class Together(WithSdk):
    """What one client creates, the others see alike."""

    OPTIONS = ("--time-scale", "20")

    def test_every_client_sees_the_others_captures(self):
        self.az.sign_in()
        self.az.captures("create", "-g", GROUP, "-n", "by-az", "--target", SET, "--target-type", "AzureVMSS",
                         "--storage-account", STORAGE, "--time-limit", "60", "--include", "0", "1")
        self.create("by-sdk", timeLimitInSeconds=60)
        self.helper("capture", "start", "--name", "by-helper", "--storage-account", STORAGE, "--time-limit", "60",
                    "--wait")
        names = {"by-az", "by-sdk", "by-helper"}
        self.assertEqual({one["name"] for one in self.az.captures("list", "-l", REGION)}, names)
        self.assertEqual({one.name for one in self.network.packet_captures.list(*WATCHER)}, names)
        listed = self.helper("capture", "list")
        for name in names:
            self.assertIn(name, str(listed))
        for name in names:
            by_az = self.az.captures("show-status", "-l", REGION, "-n", name)
            by_sdk = self.status(name)
            self.assertEqual((by_az["packetCaptureStatus"], by_az["stopReason"]), ("Stopped", "TimeExceeded"), name)
            self.assertEqual((by_sdk.packet_capture_status, by_sdk.stop_reason), ("Stopped", "TimeExceeded"), name)

        # The files, by the SDK with a token and by az with a key.
        path = self.az.captures("show", "-l", REGION, "-n", "by-az")["storageLocation"]["storagePath"]
        container, prefix = path.removeprefix(f"{self.sim.blob}/{STORAGE}/").split("/", 1)
        service = BlobServiceClient(
            self.account.primary_endpoints.blob, self.credential, connection_verify=self.sim.ca,
            audience="https://storage.azure.com",
        )
        blobs = {blob.name: blob.size for blob in service.get_container_client(container).list_blobs(prefix)}
        self.assertEqual([name.rsplit("/", 1)[1] for name in blobs], ["web-set_0.cap", "web-set_1.cap"])
        for name, size in blobs.items():
            content = service.get_blob_client(container, name).download_blob().readall()
            self.assertEqual((len(content), content[:4]), (size, b"\xd4\xc3\xb2\xa1"))
        [key, _] = self.az("storage", "account", "keys", "list", "-g", GROUP, "-n", STORAGE)
        listed = self.az("storage", "blob", "list", "-c", container, "--prefix", prefix, "--account-name", STORAGE,
                         "--account-key", key["value"], "--blob-endpoint", f"{self.sim.blob}/{STORAGE}")
        self.assertEqual({blob["name"] for blob in listed}, set(blobs))


if __name__ == "__main__":
    unittest.main()
