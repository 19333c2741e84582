using DotNet.Testcontainers.Containers;

namespace FunctionalTests;

/// <summary>Servers in containers, where a Docker engine answers.</summary>
internal static class Docker
{
    private static bool IsThere =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } || File.Exists("/var/run/docker.sock");

    /// <summary>
    /// A started container; null, and why, where there is no engine or it cannot start one (it may reach no registry of images).
    /// </summary>
    public static async Task<(T? Container, string Why)> StartAsync<T>(Func<T> build)
        where T : class, IContainer
    {
        if (!IsThere) return (null, "Docker does not run here");
        try
        {
            T container = build();
            await container.StartAsync();
            return (container, "");
        }
        catch (Exception failure)
        {
            return (null, $"Docker could not start one ({failure.GetType().Name}: {failure.Message.Split('\n')[0]})");
        }
    }
}
