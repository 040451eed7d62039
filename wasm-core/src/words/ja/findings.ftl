## Sentences of the topic “findings”. Both languages hold the same keys with the same parameters.

# Warnings about a capture that could be read in part. Offsets are bytes from the start of the unpacked file.
findings-cut-short = ファイルがパケットの途中 (バイト { $offset }) で終わっています。それより前はすべて集計しました。キャプチャの実行中だった場合は、もう一度ダウンロードしてください。
findings-record-too-long = バイト { $offset } のパケットの長さが { $length } バイトと記録されており、ファイルがそこで破損しています。それより前はすべて集計しました。コマンド ラインの summarize --recover を使用すると、その後ろのパケットを探します。
findings-bad-block = バイト { $offset } の内容に矛盾があり、ファイルがそこで破損しています。それより前はすべて集計しました。コマンド ラインの summarize --recover を使用すると、その後ろのパケットを探します。
findings-damage-skipped = バイト { $offset } から { $bytes } バイトが破損しているため、読み飛ばしました。その後ろからは再び集計しています。間にあったパケットは失われています。
findings-unknown-interface = バイト { $offset } のパケットが、ファイルに記述のないインターフェイス { $interface } を参照しています。それより前はすべて集計しました。コマンド ラインの summarize --recover を使用すると、その後ろのパケットを探します。
findings-unsupported-section = バイト { $offset } から未知のバージョン { $version } のセクションが始まっています。それより前はすべて集計しました。
findings-gzip-damaged = 圧縮ファイルが破損しているか、途中で切れています。展開できた部分を集計しました。
findings-conversations-capped = 通信の数が個別に追跡できる上限 ({ $tracked }) を超えています。{ $packets } パケットは合計にのみ含まれ、通信の数は推定値です。
findings-dns-names-capped = DNS 名の数が保持できる上限 ({ $kept }) を超えています。クエリ { $queries } 件はすべて数えています。
findings-server-names-capped = TLS サーバー名の数が保持できる上限 ({ $kept }) を超えています。{ $hellos } 件はすべて数えています。
findings-undecoded-link-type = リンク タイプ { $linkType } のパケットは数えますが、内容は解析しません。
findings-warnings-capped = ほかの { $dropped } 件の警告を省略しました。

# Findings of one capture.
findings-no-packets = キャプチャにパケットがありません。フィルターがトラフィックに一致しているか、トラフィックがあったかを確認してください。
findings-host-silent = { $host } のポート { $port } は SYN に応答しません (試行 { $attempts } 回、SYN { $syns } 個)。ネットワーク セキュリティ グループ、ルート、途中のファイアウォールを確認するか、IP フロー検証を実行してください。
findings-host-refuses = { $host } のポート { $port } は接続を拒否しています (試行 { $attempts } 回)。待ち受けているプログラムがないか、ファイアウォールがリセットしています。
findings-host-answers-partly = { $host } のポート { $port } への接続 { $attempts } 件のうち { $failed } 件に応答がありませんでした。
findings-retransmissions = TCP パケットの { $percent }% が再送です ({ $count } 個)。経路上でパケットが失われています。
findings-conversation-lossy = { $a } と { $b } の間では、パケットの { $percent }% が再送です ({ $count } 個)。
findings-zero-windows = { $a } と { $b } の間で、受信側の処理が追いつかずウィンドウがゼロになりました ({ $count } 回)。
findings-resets = TCP の通信 { $conversations } 件にリセットが { $count } 個あります。接続が強制的に切断されています。
findings-dns-failures = DNS の応答の { $percent }% が失敗です ({ $count } 件)。最も多いのは { $code } です。
findings-dns-unanswered = DNS クエリ { $count } 件に応答がありませんでした。
findings-slow-handshakes = 接続の確立に時間がかかっています。半数の接続で { $milliseconds } ミリ秒を超えています。
findings-one-way = TCP の通信 { $conversations } 件のうち { $count } 件は片方向しか見えていません。フィルターまたはルーティングによって、もう片方が隠れています。
findings-packets-cut = キャプチャされたのはバイト数の { $percent }% だけです。パケットあたりの最大バイト数で切り詰められています。

# Instances side by side. A factor of 0 stands for “the others have none”.
findings-instance-retransmissions = インスタンス { $instance } の再送は { $factor ->
    [0] { $count } 個で、ほかのインスタンスにはほとんどありません
   *[other] ほかのインスタンスの { $factor } 倍です
} (TCP パケットの { $percent }%)。
findings-instance-unanswered = インスタンス { $instance } の応答のない接続は { $factor ->
    [0] { $count } 件で、ほかのインスタンスにはほとんどありません
   *[other] ほかのインスタンスの { $factor } 倍です
} ({ $percent }%)。
findings-instance-refused = インスタンス { $instance } の拒否された接続は { $factor ->
    [0] { $count } 件で、ほかのインスタンスにはほとんどありません
   *[other] ほかのインスタンスの { $factor } 倍です
} ({ $percent }%)。
findings-instance-resets = インスタンス { $instance } のリセットは { $factor ->
    [0] { $count } 個で、ほかのインスタンスにはほとんどありません
   *[other] ほかのインスタンスの { $factor } 倍です
}。
findings-instance-dns-failures = インスタンス { $instance } の DNS の失敗は { $factor ->
    [0] { $count } 件で、ほかのインスタンスにはほとんどありません
   *[other] ほかのインスタンスの { $factor } 倍です
} ({ $percent }%)。
findings-instance-quiet = インスタンス { $instance } のパケットは { $count } 個です。ほかのインスタンスは通常 { $usual } 個です。
