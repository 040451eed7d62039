## キャプチャ: Azure が返す状態と、設定の規則

# packetCaptureStatus
capture-status-not-started-label = 未開始
capture-status-not-started = キャプチャは作成済みで、まだ開始されていません。通常は数秒で開始されます。
capture-status-running-label = 実行中
capture-status-running = キャプチャを実行しています。ファイルは終了後にストレージに現れます。
capture-status-stopped-label = 停止済み
capture-status-stopped = キャプチャは終了しました。ファイルがストレージに届くと、ダウンロードできます。
capture-status-error-label = エラー
capture-status-error = キャプチャに失敗しました。エラーの内容を確認し、原因を取り除いてから新しいキャプチャを開始してください。
capture-status-unknown-label = 不明
capture-status-unknown = Azure がこのキャプチャの状態を把握できていません。インスタンスが実行中で応答することを確認してから、更新してください。
capture-status-other = Azure から、このバージョンでは未知の状態「{ $value }」が返されました。

# stopReason
capture-stop-manual-label = 手動で停止
capture-stop-manual = この画面または別の場所で停止されました。
capture-stop-time-exceeded-label = 制限時間
capture-stop-time-exceeded = 制限時間に達しました。早すぎた場合は、制限時間を長くしてもう一度開始してください。
capture-stop-other = Azure が返した理由は「{ $value }」です。

# packetCaptureError
capture-error-internal-error-label = 内部エラー
capture-error-internal-error = Azure またはエージェントが、理由を示さずに失敗しました。もう一度開始してください。繰り返し失敗する場合は、インスタンスの Network Watcher エージェントを更新してください。
capture-error-agent-stopped-label = エージェントの停止
capture-error-agent-stopped = インスタンスの Network Watcher エージェントが停止しました。拡張機能がインストールされ実行中であることを確認してから、もう一度開始してください。
capture-error-capture-failed-label = キャプチャの失敗
capture-error-capture-failed = インスタンスでパケットをキャプチャできませんでした。フィルターと、エージェントがインスタンスの OS をサポートしていることを確認してください。
capture-error-local-file-failed-label = ローカル ファイルの失敗
capture-error-local-file-failed = インスタンスでローカル ファイルに書き込めませんでした。ディスクの空き容量と、Linux の場合はパスが /var/captures の下にあることを確認してください。
capture-error-storage-failed-label = ストレージの失敗
capture-error-storage-failed = インスタンスからストレージ アカウントに書き込めませんでした。Standard で同じリージョンにあり、共有キー アクセスが許可され、インスタンスのサブネットから TCP 443 で到達できる必要があります。
capture-error-other = Azure から、このバージョンでは未知のエラー「{ $value }」が返されました。

# provisioningState
capture-provisioning-creating-label = 作成中
capture-provisioning-creating = Azure がキャプチャを作成しています。
capture-provisioning-updating-label = 開始中
capture-provisioning-updating = Azure がインスタンスでキャプチャを開始しています。
capture-provisioning-deleting-label = 削除中
capture-provisioning-deleting = Azure がキャプチャを削除しています。ファイルは残ります。
capture-provisioning-succeeded-label = 準備完了
capture-provisioning-succeeded = Azure がキャプチャを準備しました。
capture-provisioning-failed-label = 失敗
capture-provisioning-failed = Azure がキャプチャを準備できませんでした。削除して、新しいキャプチャを開始してください。
capture-provisioning-canceled-label = 取り消し
capture-provisioning-canceled = キャプチャの準備が取り消されました。削除して、新しいキャプチャを開始してください。
capture-provisioning-other = Azure から、このバージョンでは未知のプロビジョニング状態「{ $value }」が返されました。

# 設定: フィールドの名前
capture-field-bytesPerPacket = パケットあたりのバイト数
capture-field-sessionBytes = セッションあたりのバイト数
capture-field-sessionSeconds = 制限時間 (秒)
capture-field-fileCount = ファイル数
capture-field-fileBytes = ファイルあたりのバイト数
capture-field-ringSeconds = 制限時間 (秒)

# 設定: 問題
capture-setting-name-empty = キャプチャの名前を入力してください。
capture-setting-name-length = 名前が { $length } 文字あります。{ $max } 文字以内にしてください。
capture-setting-name-character = 名前に「{ $value }」は使えません。英数字、「_」、「-」、「.」を使ってください。
capture-setting-name-start = 名前の先頭に「{ $value }」は使えません。英数字で始めてください。
capture-setting-name-end = 名前の末尾に「{ $value }」は使えません。英数字または「_」で終えてください。
capture-setting-scope-empty = インスタンスを 1 つ以上選ぶか、すべてを選んでください。何も選ばないと、Azure はすべてのインスタンスとみなします。
capture-setting-scope-both = インスタンスの包含と除外を同時に指定することはできません。
capture-setting-scope-instance = 「{ $value }」はインスタンスではありません。
capture-setting-out-of-range = { $field }: { $value } は { $min } ～ { $max } の範囲にありません。
capture-setting-limits-both = 連続キャプチャには専用の上限があります。セッションの上限を外すか、連続キャプチャをオフにしてください。
capture-setting-storage-missing = ストレージ アカウント、インスタンス上のローカル ファイル、またはその両方を選んでください。
capture-setting-storage-account = 「{ $value }」はストレージ アカウントの ID ではありません。
capture-setting-storage-path-alone = コンテナーまたは BLOB を指定するには、ストレージ アカウントも必要です。
capture-setting-storage-path = 「{ $value }」はコンテナーまたは BLOB の URL ではありません。SAS を含めずに https://ACCOUNT.blob.core.windows.net/CONTAINER の形式で入力してください。
capture-setting-local-file-extension = ローカル ファイルの名前は .cap で終わる必要があります。
capture-setting-local-file-linux = Linux のローカル ファイルは、/var/captures/web.cap のように /var/captures の下に置く必要があります。
capture-setting-local-file-form = 「{ $value }」は完全なパスではありません。Linux では /var/captures/web.cap、Windows では C:\captures\web.cap の形式で入力してください。
capture-setting-target = 「{ $value }」は仮想マシン スケール セットでも仮想マシンでもありません。
capture-setting-scope-of-machine = 対象が 1 台の仮想マシンのため、インスタンスは選べません。

# リソース ID
capture-id-form = リソース ID は /subscriptions/GUID/resourceGroups/NAME/providers/NAMESPACE/TYPE/NAME の形式です。
capture-id-subscription = 「{ $value }」はサブスクリプション ID ではありません。サブスクリプション ID は GUID です。
capture-id-name = 「{ $value }」はリソースの名前として使えません。
capture-id-type = この ID が示すリソースの種類は { $expected } ではなく { $found } です。

# 場所: ポータルのページと BLOB の URL
capture-place-not-portal = Azure portal のページでもリソース ID でもありません。スケール セットのページの URL を貼り付けてください。
capture-place-not-scale-set = このページには仮想マシン スケール セットがありません。スケール セットのページを開き、その URL を貼り付けてください。
capture-place-blob-url-form = BLOB の URL ではありません。https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME の形式で入力してください。
capture-place-blob-url-account = URL にストレージ アカウントが含まれていません。
capture-place-blob-url-container = URL にコンテナーが含まれていません。
capture-place-blob-url-name = URL に含まれているのはコンテナーだけで、BLOB がありません。

# ストレージ アカウントにキャプチャを書き込めない理由
capture-account-premium = { $sku }: Premium のアカウントには保存できません。
capture-account-other-region = リージョンが { $region } です。スケール セットと同じリージョンである必要があります。
capture-account-shared-key-off = 共有キーによるアクセスが無効です。Network Watcher は SAS で書き込みます。
capture-account-no-public-access = パブリック ネットワーク アクセスが無効です。
capture-account-no-blobs = Blob サービスがありません。
