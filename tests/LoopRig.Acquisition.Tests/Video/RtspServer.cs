using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoopRig.Acquisition.Tests.Video;

/// <summary>
/// A camera that speaks RTSP (RFC 2326) and sends uncompressed video over RTP (RFC 4175, 4:2:2 of 8 bits) inside the RTSP connection: 16 by 16 pictures, a packet each, 40 ms
/// apart on the camera's 90 kHz clock, each one level brighter than the last.
/// </summary>
internal sealed class RtspServer : IDisposable
{
    internal const long PeriodNs = 40_000_000;
    private const int Side = 16;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    internal RtspServer()
    {
        _listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"rtsp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/camera");
        new Thread(Serve) { IsBackground = true }.Start();
    }

    internal string Url { get; }

    /// <summary>Whether packets on their own, which may get lost, were asked for at any time.</summary>
    internal bool WasAskedForUdp { get; private set; }

    public void Dispose() => _listener.Dispose();

    private void Serve()
    {
        try
        {
            using TcpClient client = _listener.AcceptTcpClient();
            using NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, Encoding.ASCII);
            while (Request(reader) is { } request)
            {
                bool udp = request.Verb == "SETUP" && !request.Transport.Contains("TCP", StringComparison.Ordinal);
                WasAskedForUdp |= udp;
                stream.Write(Encoding.ASCII.GetBytes(udp ? $"RTSP/1.0 461 Unsupported Transport\r\nCSeq: {request.Number}\r\n\r\n" : Answer(request)));
                if (request.Verb == "PLAY") Play(stream);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader has gone, or the test is over.
        }
    }

    private static (string Verb, string Number, string Transport)? Request(StreamReader reader)
    {
        if (reader.ReadLine() is not { Length: > 0 } first) return null;
        string number = "", transport = "";
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            if (line.StartsWith("CSeq:", StringComparison.OrdinalIgnoreCase)) number = line[5..].Trim();
            if (line.StartsWith("Transport:", StringComparison.OrdinalIgnoreCase)) transport = line[10..].Trim();
        }

        return (first.Split(' ')[0], number, transport);
    }

    private string Answer((string Verb, string Number, string Transport) request)
    {
        string head = $"RTSP/1.0 200 OK\r\nCSeq: {request.Number}\r\n";
        return request.Verb switch
        {
            "OPTIONS" => head + "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n",
            "DESCRIBE" => head + $"Content-Base: {Url}/\r\nContent-Type: application/sdp\r\nContent-Length: {Description.Length}\r\n\r\n{Description}",
            "SETUP" => head + "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n",
            _ => head + "Session: 1\r\n\r\n",
        };
    }

    private static string Description =>
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 0 RTP/AVP 112\r\na=rtpmap:112 raw/90000\r\n"
        + "a=fmtp:112 sampling=YCbCr-4:2:2; width=16; height=16; depth=8; colorimetry=BT601-5\r\na=control:track1\r\n";

    private static void Play(NetworkStream stream)
    {
        const int Row = 2 * Side, Payload = 2 + (6 * Side) + (Row * Side), Packet = 12 + Payload;
        byte[] bytes = new byte[4 + Packet];
        for (ushort i = 0; i < 120; i++)
        {
            Span<byte> at = bytes;
            (at[0], at[1]) = ((byte)'$', 0);
            BinaryPrimitives.WriteUInt16BigEndian(at[2..], Packet);
            at = at[4..];
            (at[0], at[1]) = (0x80, 0x80 | 112); // version 2; the packet ends a picture
            BinaryPrimitives.WriteUInt16BigEndian(at[2..], i);
            BinaryPrimitives.WriteUInt32BigEndian(at[4..], (uint)(90_000 + (i * 3600)));
            BinaryPrimitives.WriteUInt32BigEndian(at[8..], 7);
            at = at[14..]; // the upper half of the sequence number stays 0
            for (ushort y = 0; y < Side; y++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(at, Row);
                BinaryPrimitives.WriteUInt16BigEndian(at[2..], y);
                BinaryPrimitives.WriteUInt16BigEndian(at[4..], (ushort)(y + 1 < Side ? 0x8000 : 0)); // another row follows
                at = at[6..];
            }

            for (int pixel = 0; pixel < Row * Side; pixel++) at[pixel] = pixel % 2 == 0 ? (byte)128 : (byte)(60 + i);
            stream.Write(bytes);
        }

        _ = stream.ReadByte(); // until the reader goes
    }
}
