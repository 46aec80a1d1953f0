"""Writes the TCP payload of all packets on the loopback interface to a file, until FILE.stop exists.

Linux only; needs the right to open raw sockets (root, or CAP_NET_RAW). Prints READY once it captures, CANNOT and the reason if it
cannot, and at the end the number of packets, payload bytes and packets that the kernel dropped.
"""
import os
import select
import socket
import struct
import sys

ALL_PROTOCOLS = 0x0003
OUTGOING = 4  # each packet comes twice: sent and received
SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_STATISTICS = 263, 6
TCP = 6


def payload(packet):
    """Content of a TCP segment over IPv4 or IPv6; empty for anything else."""
    if packet[0] >> 4 == 4 and packet[9] == TCP:
        begin, end = 4 * (packet[0] & 15), struct.unpack_from(">H", packet, 2)[0]
    elif packet[0] >> 4 == 6 and packet[6] == TCP:
        begin, end = 40, 40 + struct.unpack_from(">H", packet, 4)[0]
    else:
        return b""
    return packet[begin + 4 * (packet[begin + 12] >> 4) : end]


def main(path):
    try:
        capture = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_PROTOCOLS))
        capture.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 512 << 20)
        capture.bind(("lo", 0))
    except (AttributeError, OSError) as e:
        print("CANNOT", e, flush=True)
        return 3
    written = 0
    print("READY", flush=True)
    with open(path, "wb") as out:
        while True:
            readable, _, _ = select.select([capture], [], [], 0.2)
            if readable:
                packet, address = capture.recvfrom(1 << 17)
                if address[2] == OUTGOING and len(packet) > 40:
                    content = payload(packet)
                    out.write(content)
                    written += len(content)
            elif os.path.exists(path + ".stop"):
                break
    packets, dropped = struct.unpack("II", capture.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
    print("PACKETS", packets, "BYTES", written, "DROPPED", dropped, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
