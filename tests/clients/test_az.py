"""Every command of the az CLI that concerns packet captures, in every form of long-running operations."""

import os
import unittest
from pathlib import Path

from support import GROUP, REGION, SET, STORAGE, WithSimulator

FILTERS = (
    '[{"protocol":"TCP","remoteIPAddress":"1.1.1.1-1.1.1.255","localIPAddress":"10.0.0.3",'
    '"localPort":"1-65535","remotePort":"443"},{"protocol":"UDP"}]'
)


class Captures(WithSimulator):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.az.sign_in()

    def create(self, name, *arguments):
        return self.az.captures(
            "create", "-g", GROUP, "-n", name, "--target", SET, "--target-type", "AzureVMSS", *arguments
        )

    def lifecycle(self, form):
        """Create, look, stop, look, delete, with the given headers."""
        self.sim.set(lro=form)
        name = f"pc-{form}"
        made = self.create(
            name, "--storage-account", STORAGE, "--include", "0", "2", "--capture-size", "96",
            "--capture-limit", "1048576", "--time-limit", "600", "--filters", FILTERS,
        )
        self.assertEqual(made["provisioningState"], "Succeeded")
        self.assertEqual([one.rsplit("/", 1)[1] for one in made["scope"]["include"]], ["0", "2"])
        self.assertEqual(made["filters"][0]["remoteIPAddress"], "1.1.1.1-1.1.1.255")
        status = self.az.captures("show-status", "-l", REGION, "-n", name)
        self.assertEqual(status["packetCaptureStatus"], "Running")
        shown = self.az.captures("show", "-l", REGION, "-n", name)
        self.assertEqual(shown["bytesToCapturePerPacket"], 96)
        self.assertIn(name, [one["name"] for one in self.az.captures("list", "-l", REGION)])
        self.az.captures("stop", "-l", REGION, "-n", name)
        status = self.az.captures("show-status", "-l", REGION, "-n", name)
        self.assertEqual((status["packetCaptureStatus"], status["stopReason"]), ("Stopped", "Manual"))
        self.az.captures("delete", "-l", REGION, "-n", name)
        gone = self.az.run("network", "watcher", "packet-capture", "show", "-l", REGION, "-n", name)
        self.assertEqual(gone.returncode, 3, gone.stderr)
        self.assertIn("NotFound", gone.stderr)

    def test_as_azure_announces_operations(self):
        self.lifecycle("recorded")

    def test_with_both_headers(self):
        self.lifecycle("both")

    def test_with_location_alone(self):
        self.lifecycle("location")

    def test_other_places_and_scopes(self):
        self.sim.set(lro="recorded")
        whole = self.create("pc-all", "--storage-account", STORAGE)
        self.assertEqual(whole["scope"], {"exclude": [], "include": []})
        local = self.create("pc-file", "--file-path", "/var/captures/x.cap")
        self.assertEqual(local["storageLocation"], {"filePath": "/var/captures/x.cap", "storagePath": ""})
        path = f"{self.sim.blob}/{STORAGE}/caps/x.cap"
        other = self.create("pc-ex", "--storage-account", STORAGE, "--storage-path", path, "--exclude", "1")
        self.assertEqual(other["storageLocation"]["storagePath"], path)
        again = self.az.run(
            "network", "watcher", "packet-capture", "create", "-g", GROUP, "-n", "pc-all", "--target", SET,
            "--target-type", "AzureVMSS", "--storage-account", STORAGE,
        )
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("PacketCaptureExistingAlready", again.stderr)


class AroundCaptures(WithSimulator):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.az.sign_in()

    def test_subscriptions_and_watchers(self):
        self.assertEqual([one["id"] for one in self.accounts][0], self.sim.subscription)
        locations = [one["location"] for one in self.az("network", "watcher", "list")]
        self.assertIn(REGION, locations)
        group = self.az("rest", "--method", "get", "--url",
                        f"/subscriptions/{self.sim.subscription}/resourceGroups/{GROUP}?api-version=2022-09-01")
        self.assertEqual(group["name"], GROUP)

    def test_scale_sets(self):
        self.assertIn(SET, [one["name"] for one in self.az("vmss", "list", "-g", GROUP)])
        shown = self.az("vmss", "show", "-g", GROUP, "-n", SET)
        self.assertEqual(shown["orchestrationMode"], "Uniform")
        self.assertTrue(self.az("vmss", "get-instance-view", "-g", GROUP, "-n", SET)["statuses"])
        instances = self.az("vmss", "list-instances", "-g", GROUP, "-n", SET)
        self.assertEqual([one["instanceId"] for one in instances], ["0", "1", "2"])
        expanded = self.az("vmss", "list-instances", "-g", GROUP, "-n", SET, "--expand", "instanceView")
        self.assertTrue(expanded[0]["instanceView"]["extensions"])

    def test_the_agent(self):
        publisher = "Microsoft.Azure.NetworkWatcher"
        self.az("vmss", "extension", "set", "-g", GROUP, "--vmss-name", SET, "-n", "NetworkWatcherAgentLinux",
                "--publisher", publisher, "--version", "1.4")
        extensions = self.az("vmss", "extension", "list", "-g", GROUP, "--vmss-name", SET)
        self.assertIn("NetworkWatcherAgentLinux", [one["name"] for one in extensions])
        outdated = [one["latestModelApplied"] for one in self.az("vmss", "list-instances", "-g", GROUP, "-n", SET)]
        self.assertEqual(outdated, [False, False, False])
        self.az("vmss", "update-instances", "-g", GROUP, "-n", SET, "--instance-ids", "0", "1")
        self.az("vmss", "update-instances", "-g", GROUP, "-n", SET, "--instance-ids", "*")
        applied = [one["latestModelApplied"] for one in self.az("vmss", "list-instances", "-g", GROUP, "-n", SET)]
        self.assertEqual(applied, [True, True, True])

    def test_storage(self):
        shown = self.az("storage", "account", "show", "-g", GROUP, "-n", STORAGE)
        self.assertEqual(shown, self.az("storage", "account", "show", "-n", STORAGE))
        self.assertEqual(shown["primaryEndpoints"]["blob"], f"{self.sim.blob}/{STORAGE}/")
        keys = self.az("storage", "account", "keys", "list", "-g", GROUP, "-n", STORAGE)
        self.assertEqual([one["keyName"] for one in keys], ["key1", "key2"])


class Lending(WithSimulator):
    """Our helper acts as whoever is signed in to the real az."""

    def test_the_helper_takes_azs_account(self):
        with_az = {**self.az.environment, "PATH": f"{Path(os.environ['AZ']).parent}:{os.environ['PATH']}"}
        self.az("cloud", "register", "-n", "Sim", "--endpoint-resource-manager", self.sim.resourceManager)
        self.az("cloud", "set", "-n", "Sim")
        for login, name in (
            (("--service-principal", "-u", self.sim.clientId, "-p", self.sim.clientSecret), self.sim.clientId),
            (("--use-device-code",), "alex@contoso.onmicrosoft.com"),
        ):
            self.az("login", *login, "--tenant", self.sim.tenant)
            account = self.helper.run("account", "show", "--tenant", self.sim.tenant, environment=with_az)
            self.assertEqual((account["credential"], account["tenant"]), ("azureCli", self.sim.tenant))
            self.assertEqual(account["name"], name)
            listed = self.helper.run("capture", "list", "--scale-set", self.sim.scaleSet, environment=with_az)
            self.assertEqual(listed, [])
            self.az("logout")


class SigningIn(WithSimulator):
    """Each way of signing in sees the scale set."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.az("cloud", "register", "-n", "Sim", "--endpoint-resource-manager", cls.sim.resourceManager)

    def works(self, *login, environment=None):
        self.az(*login, environment=environment)
        name = self.az("vmss", "show", "-g", GROUP, "-n", SET, "--query", "name", environment=environment)
        self.assertEqual(name, SET)
        self.az("logout", environment=environment)

    def test_device_code(self):
        self.az("cloud", "set", "-n", "Sim")
        self.works("login", "--use-device-code", "--tenant", self.sim.tenant)

    def test_managed_identity(self):
        self.az("cloud", "set", "-n", "Sim")
        identity = {"IDENTITY_ENDPOINT": self.sim.identityEndpoint, "IDENTITY_HEADER": self.sim.identityHeader}
        self.works("login", "--identity", environment=identity)

    def test_adfs_form(self):
        self.az("cloud", "register", "-n", "Adfs", "--endpoint-resource-manager", self.sim.resourceManager,
                "--endpoint-active-directory", f"{self.sim.authority}/adfs",
                "--endpoint-active-directory-resource-id", self.sim.resourceManager)
        self.az("cloud", "set", "-n", "Adfs")
        self.works("login", "--service-principal", "-u", self.sim.clientId, "-p", self.sim.clientSecret,
                   "--tenant", "adfs")


if __name__ == "__main__":
    unittest.main()
