## Sentences of the topic “credential”: the sources of an account, for the helper alone. Both languages hold the same keys with the same parameters.

# --- by what somebody acts (names of the protocol’s credentials)
credential-azureCli = the az CLI
credential-azureDeveloperCli = the Azure Developer CLI
credential-managedIdentity = a managed identity
credential-workloadIdentity = a workload identity
credential-clientSecret = a client secret
credential-clientCertificate = a client certificate
credential-signIn = the built-in sign-in

# --- why a source has nobody
credential-absent-not-set-up = { $credential }: not set up
credential-absent-signed-out = { $credential }: nobody has signed in
credential-absent-not-installed = { $credential }: not installed, or not on the PATH
credential-absent-no-machine = { $credential }: this computer is no machine of Azure
credential-absent-no-answer = { $credential }: no answer in time
credential-absent-said = { $credential } gave no token: { $reason }
