## Sentences of the topic “viewer”. Both languages hold the same keys with the same parameters.

viewer-title = Capture viewer
viewer-private = Nothing leaves this browser: the file is read and analysed on this computer only.
viewer-private-short = Nothing leaves this browser

# Opening
viewer-open-title = Open a capture
viewer-open-drop = Drop a file anywhere on this page, or choose one.
viewer-open-pick = Choose a file
viewer-open-other = Open another
viewer-open-kinds = .pcap, .pcapng and .cap, also packed with gzip (.gz), of any size.
viewer-open-paste = You can also copy a file and paste it here with Ctrl+V.
viewer-drop-here = Drop the capture to open it
viewer-drop-nothing = What was dropped is no file. Drop a capture file, or choose one.
viewer-paste-path = Browsers do not let a page open a path. Copy the file itself and paste it, drop it here, or choose it.
viewer-no-worker = This browser cannot start the analysis in the background. Update the browser, then reload the page.
viewer-fetching = Getting the capture from the helper

# Reading
viewer-reading = Reading: { $packets } packets so far
viewer-read = The whole file is read: { $packets } packets.
viewer-stopped = Reading was stopped. Everything read until then is shown.
viewer-partial = This is the beginning of the file in storage. Download it to see the rest.
viewer-failed = The capture cannot be read ({ $reason }). Open the file again; if that fails too, the file may be damaged.
viewer-failed-not-a-capture = This file is no capture: it begins neither like pcap nor like pcapng. Choose a .pcap, .pcapng or .cap file.
viewer-failed-capture-empty = This file is empty. The capture may have been stopped before anything was written.
viewer-failed-capture-version-unsupported = This file has a pcap version that nobody has specified. Save it anew with Wireshark, then open it here.
viewer-failed-file-unreadable = The file cannot be read any more: it was moved, changed or deleted. Open it again.

# Time
viewer-timeline = Throughput
viewer-timeline-summary = peak { $peak }, mean { $mean } (per { $bucket })

# Packets
viewer-packets = Packets
viewer-packet = Packet { $number }
viewer-count = { $count } packets
viewer-count-of = { $count } of { $packets } packets
viewer-searching = { $share } searched
viewer-choose = Choose a packet to see its layers and bytes.
viewer-column-meaning = Mark
viewer-column-number = No.
viewer-column-time = Time
viewer-column-source = Source
viewer-column-destination = Destination
viewer-column-protocol = Protocol
viewer-column-length = Length
viewer-column-info = Info
viewer-column-width = Width of the column { $column }
viewer-meaning-handshake = A connection opens or closes
viewer-meaning-repeated = Sent again, out of order or missing
viewer-meaning-failure = A reset, a refusal or an error
viewer-time-form = How times are shown
viewer-time-relative = Since the first packet
viewer-time-delta = Since the row above
viewer-time-absolute = Time of day

# Filter
viewer-filter = Filter
viewer-filter-placeholder = tcp.port == 443 and ip.addr == 10.0.0.4, dns, or a capture filter as JSON
viewer-filter-apply = Apply
viewer-filter-clear = Show all packets
viewer-filter-json = This is no capture filter: { $reason }
viewer-use = Use { $value }
viewer-suggestions = Suggestions:
term-empty = Type a filter, such as dns or tcp.port == 443.
term-too-long = The filter is too long. Shorten it to 4,096 characters.
term-too-deep = There are too many parentheses inside each other. Use fewer.
term-unknown-field = There is no field “{ $name }”. Type a protocol, a field, an address or a port.
term-unknown-field-nearest = There is no field “{ $name }”. Did you mean { $nearest }?
term-unfinished = Something is missing at the end.
term-unexpected = “{ $found }” does not fit here. Join two conditions with and or or.
term-wrong-number = { $field } is compared with a number, and “{ $found }” is none.
term-wrong-address = { $field } is compared with an address such as 10.0.0.4 or 10.0.0.0/24, and “{ $found }” is none.
term-wrong-mac = { $field } is compared with a hardware address such as 00:11:22:33:44:55, and “{ $found }” is none.
term-wrong-flag = { $field } is 1 or 0, not “{ $found }”.
term-wrong-seconds = { $field } is compared with seconds since 1970, and “{ $found }” is no number.
term-wrong-operator = “{ $found }” alone means nothing here. Write { $instead }.
term-unclosed = What opens here is never closed.
term-layer-compared = { $name } is a protocol: it is there or not, and cannot be compared. Name one of its fields.
term-contains-needs-text = { $field } holds no text, so contains does not work. Use == instead.

# Layers and bytes
viewer-tree = Layers
viewer-filter-for = Filter for this
viewer-filter-for-term = Show only packets with { $term }
viewer-filter-out = Filter out
viewer-filter-out-term = Show only packets without { $term }
viewer-copy-term = Copy as filter
viewer-bytes = Bytes
viewer-bytes-captured = { $captured } of { $length } captured
viewer-bytes-keys = Bytes of the packet; arrow keys move from byte to byte
viewer-byte = Byte { $offset }: { $value }, { $field }

# Conversation
viewer-follow = Follow the conversation
viewer-follow-working = Collecting what both ends said
viewer-follow-silent = No data was sent in this conversation.
viewer-follow-gap = bytes before this are missing
viewer-follow-cut = There is more than is shown here. Filter for the conversation to see all of its packets.
viewer-follow-nothing = This packet belongs to no TCP or UDP conversation. Choose another packet.
viewer-follow-copy = Copy the text
viewer-follow-filter = Show only this conversation

# Summary
viewer-summary = Summary
viewer-summary-part = Summary of the chosen time
viewer-summary-later = The summary comes when the file has been read.

# Go to, export, keys
viewer-go = Go to packet
viewer-go-number = Number of the packet
viewer-go-help = From 1 to { $packets }. Where a filter hides the packet, the next one is chosen.
viewer-go-button = Go
viewer-export = Export
viewer-export-what = Saves the { $count } packets that the list shows.
viewer-export-form = Format
viewer-export-csv = CSV
viewer-export-json = JSON
viewer-export-pcapng = pcapng
viewer-export-csv-help = The rows as a table. Cells that a spreadsheet would run as formulas are marked with an apostrophe.
viewer-export-json-help = The rows as an array of objects, times in nanoseconds since 1970.
viewer-export-pcapng-help = The packets themselves, for Wireshark and other programs.
viewer-export-save = Save
viewer-exporting = Exporting
viewer-key-rows = Move in the list, the layers or the bytes
viewer-key-enter = From the list to the packet's layers
viewer-key-filter = To the filter
viewer-key-go = Go to a packet by its number
viewer-key-step = Previous and next packet, from anywhere
viewer-key-follow = Follow the conversation
viewer-key-open = Open another capture
viewer-key-export = Export the list
viewer-key-summary = Open and close the summary
viewer-key-escape = Back to the list; closes what is open
viewer-key-help = These keys
