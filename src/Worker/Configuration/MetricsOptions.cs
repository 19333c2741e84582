using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Sluice.Worker.Configuration;

/// <summary>Where metrics and health can be asked for. Section <c>Sluice:Metrics</c>.</summary>
internal sealed record MetricsOptions
{
    public const string Section = "Sluice:Metrics";

    /// <summary>The host that stands for every address of the machine, and the one for its loopback.</summary>
    public const string AnyHost = "*", LoopbackHost = "localhost";

    /// <summary>The TCP port on which <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> are answered, in plain HTTP.</summary>
    /// <value>0 to 65,535; 0 answers nowhere. Default 0. One that is in use ends the start (exit code 3).</value>
    [Range(0, 65_535)]
    public int Port { get; init; }

    /// <summary>The address of this machine on which they are answered.</summary>
    /// <value><c>*</c> for all, <c>localhost</c>, or an IP address. Default <c>*</c>.</value>
    public string Host { get; init; } = AnyHost;

    /// <summary>Whether anybody can ask.</summary>
    internal bool IsOn => Port > 0;

    /// <summary>What is wrong with a host, in one sentence, or null.</summary>
    internal string? FaultOfHost => IsHost(Host) ? null
        : $"Sluice:Metrics:Host is {Shown.Misread(Host, [AnyHost, LoopbackHost])}, which is no IP address; give one of this machine, "
            + "* for all of them, or localhost.";

    /// <summary>Whether a text may stand for <see cref="Host"/>.</summary>
    internal static bool IsHost(string text) => text is AnyHost or LoopbackHost || IPAddress.TryParse(text, out _);
}
