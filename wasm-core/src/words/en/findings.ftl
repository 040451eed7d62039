## Sentences of the topic “findings”. Both languages hold the same keys with the same parameters.

# Warnings about a capture that could be read in part. Offsets are bytes from the start of the unpacked file.
findings-cut-short = The file ends in the middle of a packet (byte { $offset }). Everything before it is counted. If the capture was still running, download it again.
findings-record-too-long = At byte { $offset } a packet claims { $length } bytes: the file is damaged there. Everything before is counted. On the command line, summarize --recover looks for packets behind it.
findings-bad-block = At byte { $offset } the file contradicts itself: it is damaged there. Everything before is counted. On the command line, summarize --recover looks for packets behind it.
findings-damage-skipped = { $bytes } bytes from byte { $offset } on are damaged and were passed over. What follows is counted again; packets in between are lost.
findings-unknown-interface = At byte { $offset } a packet names interface { $interface }, which the file does not describe. Everything before is counted. On the command line, summarize --recover looks for packets behind it.
findings-unsupported-section = At byte { $offset } a section of the unknown version { $version } begins. Everything before is counted.
findings-gzip-damaged = The compressed file is damaged or cut. What could be unpacked is counted.
findings-conversations-capped = There are more conversations than are tracked one by one ({ $tracked }). { $packets } packets count in the totals only, and the number of conversations is an estimate.
findings-dns-names-capped = There are more DNS names than are kept ({ $kept }). All { $queries } queries are counted.
findings-server-names-capped = There are more TLS server names than are kept ({ $kept }). All { $hellos } are counted.
findings-undecoded-link-type = Packets of link type { $linkType } are counted, but not taken apart.
findings-warnings-capped = { $dropped } more warnings are left out.

# Findings of one capture.
findings-no-packets = The capture holds no packets. Check that its filters match the traffic and that there was any.
findings-host-silent = { $host } answers no SYN on port { $port } ({ $attempts ->
    [one] one attempt
   *[other] { $attempts } attempts
}, { $syns } SYNs). Check network security groups, routes and the firewall on the way, or verify the IP flow.
findings-host-refuses = { $host } refuses connections on port { $port } ({ $attempts ->
    [one] one attempt
   *[other] { $attempts } attempts
}). Nothing listens there, or a firewall resets.
findings-host-answers-partly = { $host } failed to answer { $failed } of { $attempts } connections on port { $port }.
findings-retransmissions = { $percent }% of the TCP packets are retransmissions ({ $count }). Packets are lost on the way.
findings-conversation-lossy = Between { $a } and { $b }, { $percent }% of the packets are retransmissions ({ $count }).
findings-zero-windows = Between { $a } and { $b } a receiver could not keep up and closed its window ({ $count ->
    [one] once
   *[other] { $count } times
}).
findings-resets = { $count } resets in { $conversations } TCP conversations: connections are being cut off.
findings-dns-failures = DNS failures: { $percent }% of the answers ({ $count }), most often { $code }.
findings-dns-unanswered = { $count } DNS queries were not answered.
findings-slow-handshakes = Connections take long to open: half of them more than { $milliseconds } ms.
findings-one-way = Of { $conversations } TCP conversations, { $count } show one direction only. The filter or the routing hides the other one.
findings-packets-cut = Only { $percent }% of the bytes were captured: the limit of bytes per packet cuts packets off.

# Instances side by side. A factor of 0 stands for “the others have none”.
findings-instance-retransmissions = Instance { $instance } sends { $factor ->
    [0] { $count } retransmissions, the others next to none
   *[other] { $factor } × the retransmissions of the others
} ({ $percent }% of its TCP packets).
findings-instance-unanswered = Instance { $instance } has { $factor ->
    [0] { $count } unanswered connections, the others next to none
   *[other] { $factor } × the unanswered connections of the others
} ({ $percent }%).
findings-instance-refused = Instance { $instance } has { $factor ->
    [0] { $count } refused connections, the others next to none
   *[other] { $factor } × the refused connections of the others
} ({ $percent }%).
findings-instance-resets = Instance { $instance } has { $factor ->
    [0] { $count } resets, the others next to none
   *[other] { $factor } × the resets of the others
}.
findings-instance-dns-failures = Instance { $instance } has { $factor ->
    [0] { $count } failed DNS queries, the others next to none
   *[other] { $factor } × the DNS failures of the others
} ({ $percent }%).
findings-instance-quiet = Instance { $instance } sees { $count } packets, the others usually { $usual }.
