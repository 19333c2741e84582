using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>Ports for servers that cannot choose one themselves.</summary>
internal static class FreePort
{
    private const int LeastForLong = 10_000, FirstOfClients = 32_768; // Linux: net.ipv4.ip_local_port_range

    /// <summary>A port on loopback that nobody listens on, with free ones above it.</summary>
    /// <param name="run">How many in a row, at least 1.</param>
    public static string Find(int run = 1)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            using TcpListener first = Listen(0)!;
            int port = ((IPEndPoint)first.LocalEndpoint).Port;
            TcpListener?[] others = [.. Enumerable.Range(port + 1, run - 1).Select(Listen)];
            bool all = others.All(listener => listener is not null);
            foreach (TcpListener? listener in others)
                listener?.Dispose();
            if (all)
                return port.ToString(CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"There are no {run} free ports in a row on 127.0.0.1.");
    }

    /// <summary>The same among ports that no client is given for a connection, for servers that go and come back to theirs.</summary>
    /// <param name="run">How many in a row, at least 1.</param>
    public static int FindForLong(int run)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            int port = Random.Shared.Next(LeastForLong, FirstOfClients - run);
            TcpListener?[] all = [.. Enumerable.Range(port, run).Select(Listen)];
            bool areFree = all.All(listener => listener is not null);
            foreach (TcpListener? listener in all) listener?.Dispose();
            if (areFree) return port;
        }

        throw new InvalidOperationException(
            $"There are no {run} free ports in a row from {LeastForLong} to {FirstOfClients} on 127.0.0.1.");
    }

    private static TcpListener? Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
