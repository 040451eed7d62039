"""A running simulator, and the clients pointed at it."""

import json
import os
import signal
import ssl
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

GROUP = "shop-rg"
SET = "web-set"
STORAGE = "shopcaptures"
REGION = "westeurope"


class Simulator:
    """`azure-sim up` with its line as attributes."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [os.environ["AZURE_SIM"], "up", *options], stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"azure-sim ended with {self.process.wait(10)}")
        self.line = json.loads(line)

    def __getattr__(self, name):
        try:
            return self.line[name]
        except KeyError:
            raise AttributeError(name) from None

    def control(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.control_url}/{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=self.ca), timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    @property
    def control_url(self):
        return self.line["control"]

    def set(self, **settings):
        """Changes some of the settings."""
        self.control("PUT", "settings", {**self.control("GET", "settings"), **settings})

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()


class WithSimulator(unittest.TestCase):
    """One simulator for the tests of a class, and a folder for its clients."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.sim = Simulator(*cls.OPTIONS)
        cls.addClassCleanup(cls.sim.stop)
        cls.az = Az(cls.sim, cls.folder / "az")
        cls.helper = Helper(cls.sim, cls.folder)


class Az:
    """The real az CLI with a configuration of its own."""

    def __init__(self, sim, folder):
        self.sim = sim
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AZURE_")},
            "AZURE_CONFIG_DIR": str(folder),
            "REQUESTS_CA_BUNDLE": sim.ca,
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "yes",
            "NO_PROXY": "*",
        }

    def run(self, *arguments, environment=None):
        return subprocess.run(
            [os.environ["AZ"], *arguments], env={**self.environment, **(environment or {})},
            capture_output=True, text=True, timeout=180,
        )

    def __call__(self, *arguments, environment=None):
        """The answer as JSON; anything but exit 0 is a failure."""
        done = self.run(*arguments, "--output", "json", environment=environment)
        if done.returncode != 0:
            raise AssertionError(f"az {' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-3000:]}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def sign_in(self):
        """Registers the simulator as a cloud and signs in as its service principal."""
        self("cloud", "register", "-n", "Sim", "--endpoint-resource-manager", self.sim.resourceManager)
        self("cloud", "set", "-n", "Sim")
        return self(
            "login", "--service-principal", "-u", self.sim.clientId, "-p", self.sim.clientSecret,
            "--tenant", self.sim.tenant,
        )

    def captures(self, *arguments):
        return self("network", "watcher", "packet-capture", *arguments)


class Helper:
    """Our own `vmss-capture`, signed in by the standard environment variables."""

    def __init__(self, sim, folder):
        self.sim = sim
        configuration = folder / "vmss-capture.toml"
        configuration.write_text(
            f'keychain = false\nstate = "{folder}/helper"\nlogs = "{folder}/helper-logs"\n'
            f'[clouds.sim]\nresource_manager = "{sim.resourceManager}"\nca_file = "{sim.ca}"\n'
        )
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AZURE_")},
            "VMSS_CAPTURE_CONFIG": str(configuration),
            "NO_PROXY": "*",
        }
        self.principal = {
            "AZURE_TENANT_ID": sim.tenant,
            "AZURE_CLIENT_ID": sim.clientId,
            "AZURE_CLIENT_SECRET": sim.clientSecret,
        }

    def __call__(self, *arguments):
        return self.run(*arguments, "--scale-set", self.sim.scaleSet, environment=self.principal)

    def run(self, *arguments, environment):
        done = subprocess.run(
            [os.environ["VMSS_CAPTURE"], *arguments, "--cloud", "sim", "--json"],
            env={**self.environment, **environment}, capture_output=True, text=True, timeout=180,
        )
        if done.returncode != 0:
            raise AssertionError(f"vmss-capture {' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-3000:]}")
        return json.loads(done.stdout)
