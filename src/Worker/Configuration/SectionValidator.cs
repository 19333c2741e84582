using System.Reflection;
using Microsoft.Extensions.Options;

namespace Sluice.Worker.Configuration;

/// <summary>
/// Both kinds of check of one section, the generated one of ranges and the rules in words; faults name the setting by its path.
/// </summary>
internal sealed class SectionValidator<T>(string section, IValidateOptions<T> ranges, Func<T, IEnumerable<string>> rules)
    : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        List<string> faults = [.. (ranges.Validate(section, options).Failures ?? []).Select(fault => WithPathAndValue(fault, options)),
            .. rules(options)];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // Generated messages read "Sluice:Kafka.GroupId: The field Sluice:Kafka.GroupId must be ..."
    private string WithPathAndValue(string fault, T options)
    {
        string text = fault.Replace(section + ".", section + ":", StringComparison.Ordinal);
        int end = text.IndexOf(": The ", StringComparison.Ordinal);
        text = end < 0 ? text : text[(end + 2)..];
        PropertyInfo? property = typeof(T).GetProperties()
            .FirstOrDefault(property => text.Contains($"{section}:{property.Name} ", StringComparison.Ordinal));
        return property?.GetValue(options) switch
        {
            null or "" => text,
            TimeSpan { Days: > 0 } days when days == TimeSpan.FromDays(days.Days) =>
                $"{text.TrimEnd('.')}, and is {days}: a bare number is days, seconds are written 00:00:{days.Days:00}.",
            var value when Shown.Of($"{section}:{property.Name}", value) is not Shown.Hidden and var shown =>
                $"{text.TrimEnd('.')}, and is {shown}.",
            _ => text,
        };
    }
}
