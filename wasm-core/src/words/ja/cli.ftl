## Sentences of the topic “cli”: what the command line alone says. Both languages hold the same keys with the same parameters.

# --- a summary
cli-total = 合計
cli-packets = { $count ->
   *[other] { $shown } パケット
}
cli-column = 1 列 { $time }
cli-layers = プロトコル:
cli-conversations = 通信:
cli-more = …ほか { $count } 件
cli-retransmissions = { $count ->
   *[other] 再送 { $shown }
}
cli-out-of-order = 順序逆転 { $shown }
cli-resets = { $count ->
   *[other] RST { $shown }
}
cli-zero-windows = { $count ->
   *[other] ゼロ ウィンドウ { $shown }
}
cli-no-captures-below = { $path } にキャプチャ ファイルがありません。対象は .cap、.pcap、.pcapng、.dmp (末尾に .gz が付いたものを含む) です。

# --- one conversation over several sources
cli-follow-packets-there = パケット →
cli-follow-bytes-there = バイト →
cli-follow-packets-back = パケット ←
cli-follow-bytes-back = バイト ←
cli-follow-again = 再送
cli-follow-rtt = RTT
cli-follow-first = 最初
cli-follow-last = 最後
cli-follow-none = 記録なし

# --- filters tried on a capture
cli-kept = { $packets } パケット中 { $kept }、{ $bytes } 中 { $kept-bytes } を残します

# --- a line of a list of blobs
cli-line = { $number } 行目: { $reason }
cli-url = { $number } 番目の URL: { $reason }

# --- what a resource ID or page names
cli-scale-set = スケール セット
cli-instance = インスタンス
cli-resource-group = リソース グループ
cli-subscription = サブスクリプション
cli-tenant = テナント
cli-cloud = クラウド

# --- scale sets, captures, accounts
cli-instances = { $count ->
   *[other] インスタンス { $count } 個
}
cli-no-captures = このスケール セットにはキャプチャがありません。
cli-deleted = { $count ->
    [0] { $capture } を削除しました。ファイルは削除していません。
   *[other] { $capture } とそのファイル { $count } 個を削除しました。
}
cli-resumed = 中断されたダウンロードを再開します ({ $transfer })。
cli-signed-in = { $name }、テナント { $tenant }、{ $credential }
cli-signed-out = サインインしていません。「vmss-capture account sign-in」または「az login」を実行してください。試した方法:
cli-still-signed-in = 組み込みのサインインを消去しました。次のアカウントは別に設定されたものです:

# --- below an error: what to do here
cli-next-cancelled = Azure で始まった処理は続きます。ダウンロードは同じコマンドで再開できます。
cli-next-signed-out = ここでサインインするには: vmss-capture account sign-in
cli-next-sign-in-failed = AZURE_CLIENT_ID などの環境変数が示すアカウントが優先されます。これらを修正するか削除してください。ユーザーとしてサインインするには: vmss-capture account sign-in
cli-next-capture-failed = 足りないものを確認するには: vmss-capture agent status
cli-next-file-exists = --overwrite を付けると、既存のファイルを置き換えます。

# --- registration with browsers
cli-registered = 登録済み
cli-unregistered = 未登録
cli-helper = ヘルパー:
cli-load-extension = ブラウザーに残る操作: 拡張機能のページを開いて開発者モードをオンにし、dist/chromium フォルダーを読み込みます (Firefox: about:debugging で dist/firefox/manifest.json を読み込みます)。
