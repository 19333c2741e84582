namespace FunctionalTests.Prometheus;

/// <summary>Where prometheus and promtool are: in the folder that <c>SLUICE_TEST_PROMETHEUS</c> names, else on the PATH.</summary>
internal static class PrometheusPrograms
{
    /// <summary>The program's path. Skips the test that asks where it is not had.</summary>
    /// <param name="name"><c>prometheus</c> or <c>promtool</c>.</param>
    public static string Find(string name)
    {
        if (Environment.GetEnvironmentVariable("SLUICE_TEST_PROMETHEUS") is { Length: > 0 } folder)
        {
            string program = Path.Combine(folder, name);
            if (!File.Exists(program)) Need.Prometheus.Missing($"SLUICE_TEST_PROMETHEUS is {folder}, which has no {name}");
            return program;
        }

        if (OnPath.Missing(name).Count > 0)
            Need.Prometheus.Missing($"{name} is not on the PATH, and SLUICE_TEST_PROMETHEUS names no folder");
        return name;
    }
}
