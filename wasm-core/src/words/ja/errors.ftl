## Sentences of the topic “errors”. Both languages hold the same keys with the same parameters.

# --- why a request failed, and what to do next (codes of protocol/error.rs)
error-internal = ヘルパーの内部で問題が発生しました。もう一度お試しください。繰り返す場合は、ヘルパーのログを添えて報告してください。
error-bad-message = ヘルパーがメッセージを解釈できませんでした: { $reason }。拡張機能とヘルパーを同じバージョンに更新してください。
error-unknown-verb = このヘルパーは「{ $verb }」に対応していません。ヘルパーを更新してください。
error-unknown-origin = 未知の拡張機能 ({ $origin }) からヘルパーが起動されました。拡張機能をインストールし直すか、その ID をヘルパーの構成に追加してください。
error-cancelled = キャンセルしました。
error-timeout = { $seconds } 秒以内に応答がありませんでした。接続を確認して、もう一度お試しください。
error-helper-missing = ブラウザーがヘルパーを起動できません ({ $detail })。「vmss-capture install」でインストールし、このページを再読み込みしてください。
error-helper-gone = ヘルパーが予期せず終了しました ({ $detail })。Azure で進行中の処理は続いています。もう一度試すと続きから確認できます。
error-not-a-scale-set = 仮想マシン スケール セットを示していません: { $url }。ポータルでスケール セットのページを開くか、リソース ID を指定してください。
error-invalid-input = { $reason }
error-signed-out = テナント { $tenant } にサインインしていません。ここでサインインするか、「az login」を実行してください。
error-sign-in-failed = サインインに失敗しました。アカウント、シークレットまたは証明書、テナントを確認してから、もう一度サインインしてください。返された理由: { $reason }
error-sign-in-interaction = 現在のサインインでは不十分です。{ $reason }
error-wrong-tenant = サインイン中のアカウントはテナント { $tenant } のものですが、このページはテナント { $expected } のものです。そのテナントのアカウントでサインインしてください。
error-unknown-cloud = クラウド「{ $cloud }」はヘルパーの構成にありません。[clouds] に追加するか、別のクラウドを選んでください。
error-not-permitted = { $scope } に対する { $action } のアクセス許可がありません。このスコープに対するロール { $role } の割り当てを依頼してください。
error-not-found = Azure に { $resource } が見つかりません。削除されたか、閲覧する権限がない可能性があります。
error-scale-set-gone = スケール セット { $scaleSet } は存在しないか、削除されました。ページを確認するか、別のスケール セットを選んでください。
error-capture-failed = キャプチャ { $capture } は失敗して終了しました ({ $reason })。原因を解消してから、新しいキャプチャを開始してください。
error-capture-gone = キャプチャ { $capture } は存在しないか、削除されました。ファイルはストレージ アカウントに残っています。
error-capture-exists = { $capture } という名前のキャプチャは既に存在し、キャプチャは変更できません。別の名前にするか、先にそのキャプチャを削除してください。
error-conflict = { $resource } は使用中または変更中か、既に存在します。少し待ってからもう一度試すか、別の名前を使ってください。
error-rejected = Azure が要求を拒否しました: { $reason }
error-throttled = このサブスクリプションの要求が多いため、Azure が { $seconds } 秒待つよう求めています。その後にもう一度お試しください。
error-azure-unavailable = 再試行しても Azure 側のエラー ({ $status }) が返りました。後でもう一度試すか、Azure のサービス正常性を確認してください。
error-network = { $host } に接続できません。接続、プロキシ、ファイアウォールを確認してください。
error-certificate = { $host } の証明書が信頼されていません。プロキシが TLS を検査している場合は、その証明機関をシステムのストアに追加してください。
error-unexpected-answer = Azure の応答が公開されている仕様と異なります ({ $what })。もう一度お試しください。詳細はログにあります。
error-operation-failed = Azure の操作が { $status } で終了しました ({ $operation })。Azure のメッセージで原因を確認し、解消してからもう一度お試しください。
error-operation-unclear = 操作の完了を確認できませんでした ({ $operation })。Azure では続いている可能性があります。更新して現在の状態を確認してください。
error-no-network-watcher = { $region } に Network Watcher がありません。「準備状況」の一覧からワンクリックで作成するか、「vmss-capture agent install --create-watcher」を実行してください。
error-agent-missing = { $total } 個中 { $count } 個のインスタンスに Network Watcher エージェントがありません。「準備状況」の一覧からインストールしてください。
error-storage-not-eligible = ストレージ アカウント { $account } にはキャプチャを書き込めません。{ $reason }別のアカウントを選んでください。
error-blob-missing = ファイル { $blob } は (まだ) ありません。Azure はキャプチャの終了時にファイルを書き込みます。
error-blob-changed = ダウンロード中にファイル { $blob } が置き換えられました。ダウンロードをやり直してください。
error-blob-not-permitted = ストレージ アカウント { $account } のファイルを読み取る権限がありません。ロール { $role } の割り当てを依頼してください。
error-blob-network-refused = ストレージ アカウント { $account } のネットワーク規則により、このコンピューターからはアクセスできません。アカウントの [ネットワーク] でアドレスを追加するか、許可されているネットワークからダウンロードしてください。
error-corrupt = { $blob } の内容がチェックサムと一致しません。もう一度ダウンロードしてください。
error-disk-full = { $folder } の空き容量が足りません。必要: { $needed } バイト、空き: { $free } バイト。空きを作るか、別のフォルダーを選んでください。
error-local-file = { $path }: { $reason }
error-file-not-found = ファイルまたはフォルダーがありません。パスを確認してください。
error-file-forbidden = 読み取りまたは書き込みのアクセス許可がありません。アクセス許可を確認するか、別の場所を選んでください。
error-file-folder = フォルダーです。ファイルを指定してください。
error-file-no-folder = パスの途中にフォルダーではなくファイルがあります。
error-file-full = 空き容量がありません。空きを作るか、別の場所を選んでください。
error-file-config = VMSS_CAPTURE_CONFIG が指す構成ファイルがありません。ファイルを作成する (空でもかまいません) か、この環境変数を削除してください。
error-file-read-only = 書き込みできないディスクにあります。別の場所を選んでください。
error-file-exists = { $path } は既に存在します。上書きを選ぶか、別の場所に移動してください。
error-path-refused = { $path } はダウンロード フォルダーの外にあるか、ヘルパーのファイルではありません。ここでダウンロードしたファイルを選んでください。
error-not-a-capture = { $name } はキャプチャ ファイルではありません { $looksLike ->
    [empty] (空のファイルです)
    [zeros] (内容がすべて 0 です)
    [text] (テキストのようです)
    [binary] (先頭が pcap でも pcapng でもありません)
   *[other] ({ $looksLike } のようです)
}。.cap、.pcap、.pcapng ファイルを選んでください。
error-program-missing = { $program } がインストールされていないか、見つかりません。インストールしてからもう一度お試しください。
error-config = 構成ファイル { $path } を修正するか、別の場所に移してください。使用できない理由: { $reason }
cloud-adfs = このクラウドは AD FS でサインインし、そのトークンにはテナントがありません。ヘルパーは Microsoft Entra ID にのみ対応しています。このクラウドのツールを使用してください。
error-unknown = このバージョンが知らないエラーがヘルパーから返されました。拡張機能を更新してください。

# --- input that the helper refuses, where the core has no rule of its own for it
error-input-language = 「{ $value }」には対応していません。en または ja を指定してください。
error-input-downloads = ダウンロード フォルダーは、/home/me/captures や C:\captures のような完全なパスで指定してください。
error-input-files = 一度に読み取れるファイルは 1 個以上 { $max } 個以下です。
error-input-no-capture = 指定された場所にキャプチャ ファイルがありません。
error-input-target = このキャプチャの対象は { $value } で、このページのスケール セットではありません。そのスケール セットのページを開いてください。
error-input-no-instance = 選んだインスタンスはスケール セットに 1 つもありません。更新してから選び直してください。
error-input-fix = サインインはここでは実行できません。「サインイン」を使ってください。
error-input-home = ヘルパーを登録するホーム フォルダーがこのシステムにありません。

# --- what Microsoft Entra ID or Azure demand of a sign-in (a part of error-sign-in-interaction), and the next step
sign-in-demand-factor = 組織が別の要素による確認 (多要素認証) を求めています。ブラウザーでもう一度サインインし、その要素で確認してください。
sign-in-demand-consent = このテナントでアプリケーションへの同意がありません。ブラウザーでサインインして同意するか、テナントの管理者に同意を依頼してください。
sign-in-demand-policy = 条件付きアクセス ポリシーにより、このアカウント、デバイス、または場所が許可されていません。組織が管理するデバイスのブラウザーでサインインするか、管理者に問い合わせてください。
sign-in-demand-again = 以前のサインインの有効期限が切れたか、パスワードが変更されました。もう一度サインインしてください。
sign-in-demand-other = Azure が本人による新しいサインインを求めています。ブラウザーでもう一度サインインしてください。

# --- "Ready?": what a capture needs
check-supported-ok = Azure はこのスケール セットのキャプチャをサポートしています
check-supported-blocked = Azure は AKS のノード プールでのパケット キャプチャをサポートしていません
check-network-watcher-ok = { $region } の Network Watcher { $name }
check-network-watcher-blocked = { $region } に Network Watcher がありません
check-network-watcher-unknown = Network Watcher を読み取れませんでした: { $reason }
check-agent-on-model-ok = スケール セットのモデルにエージェントあり
check-agent-on-model-warning = スケール セットのモデルにエージェントがなく、新しいインスタンスはエージェントなしで起動します
check-agent-on-model-blocked = スケール セットのモデルにエージェントがありません
check-agent-on-instances-ok = { $total ->
    [1] インスタンスにエージェントあり
   *[other] { $total } 個のインスタンスすべてにエージェントあり
}
check-agent-on-instances-warning = { $total } 個中 { $count } 個のインスタンスにエージェントがなく、キャプチャされません
check-agent-on-instances-blocked = { $total } 個中 { $count } 個のインスタンスにエージェントがありません
check-agent-on-instances-unknown = { $total } 個中 { $reason } 個のインスタンスでエージェントの状態が不明です
check-latest-model-ok = すべてのインスタンスが最新のモデル
check-latest-model-warning = { $total } 個中 { $count } 個のインスタンスが最新のモデルではありません (アップグレード ポリシー { $policy })
check-storage-ok = { $count ->
    [1] { $region } のストレージ アカウント { $account }
   *[other] { $region } に { $account } など { $count } 個のストレージ アカウント
}
check-storage-warning = { $region } のストレージ アカウント { $account } はネットワーク アクセスが制限されています。インスタンスのサブネットを規則に含める必要があります
check-storage-blocked = { $count ->
    [0] このサブスクリプションにストレージ アカウントがありません ({ $region })
    [1] ただ 1 つのストレージ アカウントはキャプチャに使えません。{ $region } の Standard で共有キー アクセスが有効なアカウントが必要です
   *[other] { $count } 個のストレージ アカウントはいずれもキャプチャに使えません。{ $region } の Standard で共有キー アクセスが有効なアカウントが必要です
}
check-storage-unknown = ストレージ アカウントを読み取れませんでした: { $reason }
check-permissions-ok = アクセス許可は足りています
check-permissions-blocked = { $scope } に対する { $action } のアクセス許可がありません。このスコープに対するロール { $role } の割り当てを依頼してください
check-permissions-unknown = アクセス許可を読み取れませんでした: { $reason }

# --- the page that the browser shows after the built-in sign-in
sign-in-done = サインインしました。このタブを閉じてポータルに戻ってください。
sign-in-refused = サインインが完了しませんでした。このタブを閉じ、パネルからもう一度お試しください。

# --- the doctor's report: what is registered where
doctor-program = プログラム
doctor-config = 構成ファイル
doctor-log = ログ
doctor-downloads = ダウンロード
doctor-state-ok = 正常
doctor-state-absent = 未登録
doctor-state-broken = 異常
doctor-state-shadowed = 無効
doctor-not-registered = 登録されていません
doctor-not-used = このブラウザーは使用されていません
doctor-shadowed = { $place } が先に読み込まれます
doctor-no-manifest = ホスト マニフェストではありません: { $reason }
doctor-other-host = { $name } 用です
doctor-not-allowed = { $id } を許可していません
doctor-silent = { $program }: 応答がありません
doctor-stranger = { $program }: vmss-capture ではありません
doctor-sandbox = このブラウザーはサンドボックス (snap または flatpak) 内で動作しており、ヘルパーを起動できない可能性があります
