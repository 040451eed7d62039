## キャプチャ フィルター: 問題、修正、文による説明

filter-field-protocol = プロトコル
filter-field-localIPAddress = ローカル アドレス
filter-field-localPort = ローカル ポート
filter-field-remoteIPAddress = リモート アドレス
filter-field-remotePort = リモート ポート

# 1 つのフィールドの問題
filter-too-long = フィルターとしては長すぎます。範囲を使うか、複数のフィルターに分けてください。
filter-look-alike = 「{ $found }」に、見た目が似た別の文字が含まれています。Azure が読み取れるのは「{ $expected }」です。
filter-wildcard = Azure には「{ $found }」という指定がありません。制限しない場合は空欄にしてください。
filter-empty-list = 区切り文字しか入力されていません。値を入力するか、制限しない場合は空欄にしてください。
filter-empty-entry = 一覧に空の項目があります。Azure での扱いは文書化されていません。
filter-separator = Azure の区切り文字は「;」です。「{ $found }」では何もキャプチャされません。
filter-spaces = 空白が含まれています。Azure が空白を無視するかどうかは文書化されていません。
filter-duplicate-entry = 「{ $found }」が一覧に 2 回あります。
filter-several-ranges = Azure では 1 つのフィールドに範囲を 1 つだけ指定できます。複数の範囲には複数のフィルターが必要です。
filter-range-and-list = Azure では 1 つのフィールドに範囲とほかの値を混在できません。複数のフィルターが必要です。
filter-cidr = Azure は CIDR 表記を読み取れません。「{ $found }」は範囲 { $expected } に当たります。
filter-not-address = 「{ $found }」は IP アドレスではありません。10.0.0.3 のようなアドレス、範囲、または一覧を入力してください。名前は使えません。
filter-octet-count = 「{ $found }」には、IPv4 アドレスの 4 つの数のうち { $expected } つしかありません。Azure はエラーを出さずに受け付け、何もキャプチャされません。
filter-octet-missing = 「{ $found }」に足りない数があります。IPv4 アドレスは 10.0.0.3 のように 4 つの数からなります。
filter-octet-range = 「{ $found }」は、IPv4 アドレスの数の上限 255 を超えています。
filter-leading-zero = 「{ $found }」は 0 で始まっていて、プログラムによって読み方が異なります。{ $expected } と入力してください。
filter-address-wildcard = Azure のアドレスには「*」を使えません。「{ $found }」は範囲 { $expected } に当たります。
filter-ipv6 = Azure で文書化されているのは IPv4 アドレスだけです。この IPv6 アドレスは何にも一致しないことがあります。短いキャプチャで試してください。
filter-ipv6-form = 「{ $found }」にはアドレス以外の部分が含まれています。{ $expected } と入力してください。
filter-ipv4-mapped = 「{ $found }」は IPv6 形式で書かれた IPv4 アドレスです。パケットのアドレスは { $expected } です。
filter-port-in-address = アドレス「{ $found }」のポートは、ポートのフィールドに入力してください。
filter-families-mixed = 範囲の両端は、どちらも IPv4 か、どちらも IPv6 である必要があります。
filter-reversed = 範囲が逆のため、何にも一致しません。小さい値から大きい値の順に { $expected } と入力してください。
filter-range-form = 「{ $found }」は範囲ではありません。範囲は 2 つの値を「-」でつないで表します。
filter-range-open = 「{ $found }」には片方の端がありません。範囲全体は { $expected } です。
filter-range-sign = Azure では範囲を「-」で表します: { $expected }
filter-not-port = 「{ $found }」は 1 ～ 65535 のポート番号ではありません。
filter-port-range = 「{ $found }」は、ポート番号の上限 65535 を超えています。
filter-port-zero = ポート 0 は予約されていて、通信には使われません。Azure での扱いは文書化されていません。
filter-protocol-unknown = 「{ $found }」は、Azure でフィルターできるプロトコル (TCP、UDP、Any) ではありません。
filter-protocol-icmp = Azure では ICMP だけをフィルターできません。ICMP は、Any でポートを指定しない場合にキャプチャされます。
filter-protocol-form = Azure でのこのプロトコルの名前は { $expected } です。
filter-protocol-several = 1 つのフィルターに指定できるプロトコルは 1 つです。複数のプロトコルには複数のフィルターが必要です。

# フィルター全体、またはフィルター間の問題
filter-everything = このキャプチャはフィルターで制限されていません。サイズと時間の上限まで、すべてのパケットが残ります。
filter-unspecified-address = { $found } は特定の相手を表さないアドレスで、ほとんど何にも一致しません。制限しない場合は空欄にしてください。
filter-loopback = ループバック アドレスです。インスタンス内部の通信がキャプチャされるかどうかは、Azure で文書化されていません。
filter-families-differ = ローカルとリモートのアドレスの種類 (IPv4 と IPv6) が異なります。両方を持つパケットは存在しないため、何もキャプチャされません。
filter-same-address = ローカルとリモートのアドレスが同じです。インスタンスが自分自身と行う通信だけが一致します。
filter-ports-on-both-sides = 両側のポートが固定されています ({ $local } と { $remote })。通常、接続元のポートは毎回変わります。サービス側のポートだけを残してください。
filter-port-with-any = ポートを指定すると、Any でもポートを持つパケット (TCP、UDP) だけが残ります。ICMP は対象外です。
filter-local-unreachable = { $found } は、キャプチャするインスタンスのどのサブネットにも含まれません。ローカル アドレスはインスタンス自身のアドレスです。このままでは、ほぼ確実に何もキャプチャされません。
filter-local-partly-unreachable = { $found } は、キャプチャするインスタンスのどのサブネットにも含まれません。
filter-duplicate = このフィルターはフィルター { $other } と同じ内容です。
filter-swallowed = このフィルターのパケットは、すべてフィルター { $other } で残ります。

# 最初の問題 (正しいフィルターだけを受け取る場合)
filter-refused = フィルター { $number }: { $problem }
filter-refused-field = フィルター { $number } の{ $field }: { $problem }
filter-subnet = 「{ $value }」は 10.0.0.0/24 のようなサブネットではありません。

# 修正
filter-fix-use = { $value } を使う
filter-fix-clear = 空欄にする
filter-fix-clear-field = { $field }を空欄にする
filter-fix-split = { $count } 個のフィルターに分ける
filter-fix-move-port = { $address } とポート { $port } を使う
filter-fix-remove = フィルター { $number } を削除する

# 文による説明
filter-reading-unread = エラーを修正すると、フィルターの内容がここに表示されます。
filter-reading-everything = すべてのパケットを残します。
filter-reading-one = { $filter }を残します。
filter-reading-several = 次のいずれかに当てはまるパケットを残します: { $filters }。
filter-reading-or = 、または
filter-reading-more-filters = ほか { $count } 個のフィルター
filter-reading-protocol = { $protocol } のすべての通信
filter-reading-local = インスタンスの{ $local } と任意の相手との{ $protocol ->
    [Any] すべてのプロトコルの通信
   *[other] {" "}{ $protocol } 通信
}
filter-reading-remote = インスタンスと{ $remote } との{ $protocol ->
    [Any] すべてのプロトコルの通信
   *[other] {" "}{ $protocol } 通信
}
filter-reading-both = インスタンスの{ $local } と{ $remote } との{ $protocol ->
    [Any] すべてのプロトコルの通信
   *[other] {" "}{ $protocol } 通信
}
filter-reading-side = { $address } ({ $ports })
filter-reading-address = {" "}{ $address }
filter-reading-any-address = 任意のアドレス
filter-reading-any-port = すべてのポート
filter-reading-port = ポート { $port }
filter-reading-ports = ポート { $ports }
filter-reading-more = ほか { $count } 個

# 貼り付けたコマンドからのフィルター
filter-paste-no-filters = このテキストにはフィルターがありません。フィルターを含む az または PowerShell のコマンドか、その JSON を貼り付けてください。
filter-paste-in-file = フィルターはファイル { $found } にあります。ファイルの内容を貼り付けてください。
filter-paste-variable = { $found } はシェルの変数です。値に置き換えてください。
filter-paste-parameter = 「{ $found }」は、値を持つ New-AzPacketCaptureFilterConfig のパラメーターではありません。
filter-paste-text = フィルターを読み取れません: { $found }

# JSON によるフィルター
filter-text-json = JSON として読み取れません。{ $found }
filter-text-unknown-member = 「{ $found }」はフィルターのメンバーではありません。protocol、localIPAddress、localPort、remoteIPAddress、remotePort を使ってください。
filter-text-shape = フィルターは [{"{"}"protocol":"TCP","remotePort":"443"{"}"}] のように、文字列を持つオブジェクトの JSON 配列です。
