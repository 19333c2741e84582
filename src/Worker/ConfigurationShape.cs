using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Sluice.Worker;

/// <summary>Compares what is configured with the options that there are: names that nothing reads, and values that are no number, time or word of the kind that is wanted.</summary>
/// <remarks>The binder ignores the first and stops at the first of the second; here all are found at once.</remarks>
internal static class ConfigurationShape
{
    public static IEnumerable<string> Faults(IConfigurationSection section, Type options)
    {
        Dictionary<string, PropertyInfo> known = options.GetProperties().ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        if (FaultOfValue(section, known.Keys.Order().Select(name => $"{section.Path}:{name}")) is { } value) yield return value;
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out PropertyInfo? property)) yield return $"{child.Path} is not a setting; {section.Path} has {string.Join(", ", known.Keys.Order())}.";
            else if (IsCollection(property.PropertyType) && !string.IsNullOrEmpty(child.Value)) yield return $"{child.Path} is '{child.Value}', {Numbered(child, property)}";
            else if (!IsCollection(property.PropertyType) && child.GetChildren().Any()) yield return $"{child.Path} takes one value, not a section.";
            else if (child.Value is { } text && !IsCollection(property.PropertyType) && !CanConvert(text, property.PropertyType)) yield return $"{child.Path} is '{text}', which is {NotA(property.PropertyType)}.";
        }
    }

    /// <summary>The fault of a section that was given as one value; null where it was not.</summary>
    /// <param name="section">Any.</param>
    /// <param name="below">What can be set in its place.</param>
    public static string? FaultOfValue(IConfigurationSection section, IEnumerable<string> below) =>
        string.IsNullOrEmpty(section.Value) ? null : $"{section.Path} is '{section.Value}', but it is a section: set one of {string.Join(", ", below)}.";

    // What a person writes who does not know how lists and sections look outside JSON.
    private static string Numbered(IConfigurationSection child, PropertyInfo property)
    {
        string name = property.PropertyType.IsArray ? "0" : "NAME";
        string value = property.PropertyType.IsArray ? child.Value! : "VALUE";
        string kind = property.PropertyType.IsArray ? "but it is a list, whose entries are numbered from 0" : "but it holds settings of librdkafka by name";
        string path = child.Path["Sluice:".Length..];
        return $"{kind}: --{path}:{name}={value}, or {child.Path.Replace(":", "__", StringComparison.Ordinal)}__{name}={value} in the environment.";
    }

    private static bool IsCollection(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    private static bool CanConvert(string value, Type type)
    {
        Type? wrapped = Nullable.GetUnderlyingType(type);
        if (value.Length == 0 && wrapped is not null) return true;
        // A converter takes numbers, and several names with commas between them, for a word.
        if ((wrapped ?? type) is { IsEnum: true } words) return Enum.GetNames(words).Contains(value.Trim(), StringComparer.OrdinalIgnoreCase);
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null || type == typeof(string);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string NotA(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } names => $"none of {string.Join(", ", Enum.GetNames(names))}",
        var t when t == typeof(TimeSpan) => "no time span such as 00:00:05",
        var t when t == typeof(bool) => "neither true nor false",
        var t when t == typeof(double) => "no number",
        _ => "no whole number in range",
    };
}
