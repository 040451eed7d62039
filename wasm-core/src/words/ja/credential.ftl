## Sentences of the topic “credential”: the sources of an account, for the helper alone. Both languages hold the same keys with the same parameters.

# --- by what somebody acts (names of the protocol’s credentials)
credential-azureCli = az CLI
credential-azureDeveloperCli = Azure Developer CLI
credential-managedIdentity = マネージド ID
credential-workloadIdentity = ワークロード ID
credential-clientSecret = クライアント シークレット
credential-clientCertificate = クライアント証明書
credential-signIn = 組み込みのサインイン

# --- why a source has nobody
credential-absent-not-set-up = { $credential }: 設定されていません
credential-absent-signed-out = { $credential }: サインインしていません
credential-absent-not-installed = { $credential }: インストールされていないか、PATH にありません
credential-absent-no-machine = { $credential }: このコンピューターは Azure のマシンではありません
credential-absent-no-answer = { $credential }: 時間内に応答がありませんでした
credential-absent-said = { $credential } からトークンを取得できませんでした: { $reason }
