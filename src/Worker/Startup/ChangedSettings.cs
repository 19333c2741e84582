using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sluice.Worker.Configuration;

namespace Sluice.Worker.Startup;

/// <summary>The settings that differ from their defaults, for the first line of a start: whoever reads a log must not guess them.</summary>
internal static class ChangedSettings
{
    /// <summary><c>Section:Name=value</c> for each, in the order of the sections; *** for a value that may be
    /// a secret (<see cref="Shown"/>).</summary>
    public static IEnumerable<string> Of(IServiceProvider services) =>
        from section in services.GetServices<OptionsSection>()
        let defaults = Activator.CreateInstance(section.Options)!
        let options = Bound(services, section.Options)
        from property in section.Options.GetProperties()
        from told in Told($"{section.Path["Sluice:".Length..]}:{property.Name}", property.GetValue(options), property.GetValue(defaults))
        select told;

    private static IEnumerable<string> Told(string path, object? value, object? byDefault) => value switch
    {
        IDictionary<string, string> entries => entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{path}:{entry.Key}={Shown.Of($"{path}:{entry.Key}", entry.Value)}"),
        string[] list => list.SequenceEqual((string[])byDefault!) ? [] : [$"{path}={Shown.Of(path, list)}"],
        null => [],
        _ => value.Equals(byDefault) ? [] : [$"{path}={Shown.Of(path, value)}"],
    };

    // Not the service itself, in which what was left out may have been completed.
    private static object Bound(IServiceProvider services, Type options)
    {
        Type holder = typeof(IOptions<>).MakeGenericType(options);
        return holder.GetProperty(nameof(IOptions<object>.Value))!.GetValue(services.GetRequiredService(holder))!;
    }
}
