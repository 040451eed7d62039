## Sentences of the topic “viewer”. Both languages hold the same keys with the same parameters.

viewer-title = キャプチャ ビューアー
viewer-private = データはこのブラウザーの外に送信されません。ファイルの読み取りと解析は、このコンピューター上でのみ行われます。
viewer-private-short = ブラウザーの外への送信なし

# Opening
viewer-open-title = キャプチャを開く
viewer-open-drop = このページにファイルをドロップするか、ファイルを選択してください。
viewer-open-pick = ファイルの選択
viewer-open-other = 別のファイルを開く
viewer-open-kinds = .pcap、.pcapng、.cap に対応しています。gzip 形式 (.gz) も開けます。サイズの制限はありません。
viewer-open-paste = ファイルをコピーし、Ctrl+V でここに貼り付けることもできます。
viewer-drop-here = ドロップしてキャプチャを開く
viewer-drop-nothing = ドロップされたものはファイルではありません。キャプチャ ファイルをドロップするか、選択してください。
viewer-paste-path = ブラウザーのページからパスを指定してファイルを開くことはできません。ファイル自体をコピーして貼り付けるか、ドロップするか、選択してください。
viewer-no-worker = このブラウザーではバックグラウンドでの解析を開始できません。ブラウザーを更新してから、ページを再読み込みしてください。
viewer-fetching = ヘルパーからキャプチャを取得しています

# Reading
viewer-reading = 読み取り中: { $packets } パケット
viewer-read = ファイルをすべて読み取りました。{ $packets } パケットあります。
viewer-stopped = 読み取りを中止しました。それまでに読み取った分を表示しています。
viewer-partial = ストレージにあるファイルの先頭部分です。続きを見るには、ファイルをダウンロードしてください。
viewer-failed = キャプチャを読み取れません ({ $reason })。ファイルを開き直してください。それでも読み取れない場合は、ファイルが破損している可能性があります。
viewer-failed-not-a-capture = このファイルはキャプチャではありません。先頭が pcap とも pcapng とも一致しません。.pcap、.pcapng、.cap のいずれかのファイルを選択してください。
viewer-failed-capture-empty = このファイルは空です。何も書き込まれる前にキャプチャが停止した可能性があります。
viewer-failed-capture-version-unsupported = このファイルの pcap のバージョンは規定されていません。Wireshark で保存し直してから開いてください。
viewer-failed-file-unreadable = ファイルを読み取れなくなりました。移動、変更、または削除された可能性があります。開き直してください。

# Time
viewer-timeline = スループット
viewer-timeline-summary = 最大 { $peak }、平均 { $mean } (間隔 { $bucket })

# Packets
viewer-packets = パケット
viewer-packet = パケット { $number }
viewer-count = { $count } パケット
viewer-count-of = { $packets } パケット中 { $count } パケット
viewer-searching = { $share } を検索済み
viewer-choose = パケットを選択すると、レイヤーとバイトが表示されます。
viewer-column-meaning = 目印
viewer-column-number = 番号
viewer-column-time = 時刻
viewer-column-source = 送信元
viewer-column-destination = 宛先
viewer-column-protocol = プロトコル
viewer-column-length = 長さ
viewer-column-info = 情報
viewer-column-width = 列「{ $column }」の幅
viewer-meaning-handshake = 接続の開始または終了
viewer-meaning-repeated = 再送、順序逆転、または欠落
viewer-meaning-failure = リセット、拒否、またはエラー
viewer-time-form = 時刻の表示形式
viewer-time-relative = 最初のパケットから
viewer-time-delta = 1 つ上の行から
viewer-time-absolute = 時刻

# Filter
viewer-filter = フィルター
viewer-filter-placeholder = tcp.port == 443 and ip.addr == 10.0.0.4、dns、または JSON 形式のキャプチャ フィルター
viewer-filter-apply = 適用
viewer-filter-clear = すべてのパケットを表示
viewer-filter-json = キャプチャ フィルターとして読み取れません: { $reason }
viewer-use = { $value } を使用
viewer-suggestions = 候補:
term-empty = フィルターを入力してください (例: dns、tcp.port == 443)。
term-too-long = フィルターが長すぎます。4,096 文字以内にしてください。
term-too-deep = かっこの入れ子が深すぎます。減らしてください。
term-unknown-field = フィールド「{ $name }」はありません。プロトコル、フィールド、アドレス、ポートのいずれかを入力してください。
term-unknown-field-nearest = フィールド「{ $name }」はありません。{ $nearest } ではありませんか?
term-unfinished = 末尾に続きが必要です。
term-unexpected = ここに「{ $found }」は置けません。2 つの条件は and または or でつないでください。
term-wrong-number = { $field } は数値と比較します。「{ $found }」は数値ではありません。
term-wrong-address = { $field } は 10.0.0.4 や 10.0.0.0/24 のようなアドレスと比較します。「{ $found }」はアドレスではありません。
term-wrong-mac = { $field } は 00:11:22:33:44:55 のような物理アドレスと比較します。「{ $found }」は物理アドレスではありません。
term-wrong-flag = { $field } の値は 1 または 0 です。「{ $found }」にはなりません。
term-wrong-seconds = { $field } は 1970 年からの秒数と比較します。「{ $found }」は数値ではありません。
term-wrong-operator = 「{ $found }」だけでは意味をなしません。{ $instead } と書いてください。
term-unclosed = ここで始まるかっこまたは引用符が閉じられていません。
term-layer-compared = { $name } はプロトコルのため、値と比較できません。フィールドを指定してください。
term-contains-needs-text = { $field } は文字列ではないため、contains を使えません。== を使ってください。

# Layers and bytes
viewer-tree = レイヤー
viewer-filter-for = これで絞り込む
viewer-filter-for-term = { $term } のパケットのみを表示
viewer-filter-out = これを除外
viewer-filter-out-term = { $term } でないパケットのみを表示
viewer-copy-term = フィルターとしてコピー
viewer-bytes = バイト
viewer-bytes-captured = { $length } バイト中 { $captured } バイトを取得
viewer-bytes-keys = パケットのバイト。方向キーでバイト間を移動できます
viewer-byte = バイト { $offset }: { $value }、{ $field }

# Conversation
viewer-follow = 通信の追跡
viewer-follow-working = 両端の送信内容を集めています
viewer-follow-silent = この通信ではデータが送信されていません。
viewer-follow-gap = 直前のバイトが欠落しています
viewer-follow-cut = 表示しきれない続きがあります。この通信で絞り込むと、すべてのパケットを確認できます。
viewer-follow-nothing = このパケットは TCP または UDP の通信に属していません。別のパケットを選択してください。
viewer-follow-copy = テキストのコピー
viewer-follow-filter = この通信のみを表示

# Summary
viewer-summary = 概要
viewer-summary-part = 選択した時間の概要
viewer-summary-later = 概要は、ファイルの読み取りが終わると表示されます。

# Go to, export, keys
viewer-go = パケットへ移動
viewer-go-number = パケットの番号
viewer-go-help = 1 から { $packets } まで指定できます。フィルターで隠れている場合は、次のパケットが選択されます。
viewer-go-button = 移動
viewer-export = エクスポート
viewer-export-what = 一覧に表示されている { $count } パケットを保存します。
viewer-export-form = 形式
viewer-export-csv = CSV
viewer-export-json = JSON
viewer-export-pcapng = pcapng
viewer-export-csv-help = 行を表として保存します。表計算ソフトが数式として実行するセルには、アポストロフィを付けます。
viewer-export-json-help = 行をオブジェクトの配列として保存します。時刻は 1970 年からのナノ秒です。
viewer-export-pcapng-help = パケットそのものを保存します。Wireshark などで開けます。
viewer-export-save = 保存
viewer-exporting = エクスポートしています
viewer-key-rows = 一覧、レイヤー、バイトの中を移動
viewer-key-enter = 一覧からパケットのレイヤーへ
viewer-key-filter = フィルターへ
viewer-key-go = 番号を指定してパケットへ移動
viewer-key-step = どこからでも前または次のパケットへ
viewer-key-follow = 通信の追跡
viewer-key-open = 別のキャプチャを開く
viewer-key-export = 一覧のエクスポート
viewer-key-summary = 概要の表示と非表示
viewer-key-escape = 一覧に戻る、開いているものを閉じる
viewer-key-help = このキーの一覧
