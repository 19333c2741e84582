using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Sluice.Worker.Configuration;

/// <summary>Compares what is configured with the options that there are: names that nothing reads, and values that are no number, time or
/// word of the kind that is wanted.</summary>
/// <remarks>The binder ignores the first and stops at the first of the second; here all are found at once.</remarks>
internal static class ConfigurationShape
{
    /// <param name="section">What is configured.</param>
    /// <param name="options">The type whose properties are the settings.</param>
    /// <param name="sections">Names of sections below it, which are looked into elsewhere.</param>
    public static IEnumerable<string> Faults(IConfigurationSection section, Type options, params string[] sections) =>
        Faults(section, options, [], sections);

    /// <param name="section">What is configured.</param>
    /// <param name="options">The type whose properties are the settings.</param>
    /// <param name="others">All sections that there are, one of which may have what was looked for in this one.</param>
    public static IEnumerable<string> Faults(IConfigurationSection section, Type options, IReadOnlyList<OptionsSection> others) =>
        Faults(section, options, others, []);

    private static IEnumerable<string> Faults(IConfigurationSection section, Type options, IReadOnlyList<OptionsSection> others,
        string[] sections)
    {
        Dictionary<string, PropertyInfo> known = options.GetProperties().Where(p => !sections.Contains(p.Name))
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        string[] names = [.. known.Keys.Concat(sections).Order()];
        if (FaultOfValue(section, names.Select(name => $"{section.Path}:{name}")) is { } value) yield return value;
        foreach (IConfigurationSection child in section.GetChildren()
            .Where(child => !sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!known.TryGetValue(child.Key, out PropertyInfo? property))
                yield return $"{child.Path} is not a setting; {section.Path} has {string.Join(", ", names)}."
                    + Elsewhere(others, child.Key);
            else if (IsCollection(property.PropertyType)) foreach (string fault in FaultsOfCollection(child, property)) yield return fault;
            else if (child.GetChildren().Any()) yield return $"{child.Path} takes one value, not a section.";
            else if (child.Value is { } text && !CanConvert(text, property.PropertyType))
                yield return $"{child.Path} is {Given(child.Path, text, property.PropertyType)}, which is {NotA(property)}.";
        }
    }

    private static string Elsewhere(IReadOnlyList<OptionsSection> others, string name)
    {
        string[] meant = [.. others.SelectMany(other => other.Options.GetProperties().Select(property => (other.Path, property.Name)))
            .Where(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(setting => $"{setting.Path}:{setting.Name}")];
        return meant.Length == 0 ? "" : $" There is {string.Join(", and ", meant)}.";
    }

    /// <summary>The fault of a section that was given as one value; null where it was not.</summary>
    /// <param name="section">Any.</param>
    /// <param name="below">What can be set in its place.</param>
    public static string? FaultOfValue(IConfigurationSection section, IEnumerable<string> below) =>
        string.IsNullOrEmpty(section.Value)
            ? null
            : $"{section.Path} was given one value, but it is a section: set one of {string.Join(", ", below)}.";

    // What a person writes who does not know how lists and sections look outside JSON.
    private static IEnumerable<string> FaultsOfCollection(IConfigurationSection section, PropertyInfo property)
    {
        bool isList = property.PropertyType.IsArray;
        if (section.Value is { Length: > 0 } given)
        {
            (string name, string value) = isList ? ("0", Shown.IsHarmless(section.Path, given) ? given : "VALUE") : ("NAME", "VALUE");
            string kind = isList ? "but it is a list, whose entries are numbered from 0" : "but it holds values by name";
            string path = section.Path["Sluice:".Length..];
            yield return $"{section.Path} was given one value, {kind}: --{path}:{name}={value}, or "
                + $"{section.Path.Replace(":", "__", StringComparison.Ordinal)}__{name}={value} in the environment.";
        }

        foreach (IConfigurationSection entry in section.GetChildren().Where(entry => entry.GetChildren().Any()))
            yield return $"{entry.Path} takes one value, not a section.";
    }

    private static bool IsCollection(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    private static bool CanConvert(string value, Type type)
    {
        Type? wrapped = Nullable.GetUnderlyingType(type);
        if (value.Length == 0 && wrapped is not null) return true;
        // A converter takes numbers, and several names with commas between them, for a word.
        if ((wrapped ?? type) is { IsEnum: true } words)
            return Enum.GetNames(words).Contains(value.Trim(), StringComparer.OrdinalIgnoreCase);
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null || type == typeof(string);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Given(string path, string text, Type type) => Shown.IsHarmless(path, text) ? $"'{text}'"
        : Shown.Misread(text, (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } words ? Enum.GetNames(words) : null);

    private static string NotA(PropertyInfo property) => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
    {
        { IsEnum: true } names => $"none of {string.Join(", ", Enum.GetNames(names))}",
        var t when t == typeof(TimeSpan) => "no time span such as 00:00:05",
        var t when t == typeof(bool) => "neither true nor false",
        var t when t == typeof(double) => "no number",
        _ => NoWholeNumber(property),
    };

    // Of bytes, in which ranges are wide and people write 8GB, with an example that every such range holds.
    private static string NoWholeNumber(PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range) return "no whole number in range";
        string inRange = string.Create(CultureInfo.InvariantCulture, $"no whole number from {range.Minimum} to {range.Maximum}");
        return property.Name.Contains("Bytes", StringComparison.Ordinal)
            ? $"{inRange}: give bytes, in digits alone, such as 16777216 (16 MiB)"
            : inRange;
    }
}
