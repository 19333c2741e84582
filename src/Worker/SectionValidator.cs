using Microsoft.Extensions.Options;

namespace Sluice.Worker;

/// <summary>Both kinds of check of one section, the generated one of ranges and the rules in words; faults name the setting by its path.</summary>
internal sealed class SectionValidator<T>(string section, IValidateOptions<T> ranges, Func<T, IEnumerable<string>> rules) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        List<string> faults = [.. (ranges.Validate(section, options).Failures ?? []).Select(WithPath), .. rules(options)];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // Generated messages read "Sluice:Kafka.GroupId: The field Sluice:Kafka.GroupId must be ..."
    private string WithPath(string fault)
    {
        string text = fault.Replace(section + ".", section + ":", StringComparison.Ordinal);
        int end = text.IndexOf(": The ", StringComparison.Ordinal);
        return end < 0 ? text : text[(end + 2)..];
    }
}
