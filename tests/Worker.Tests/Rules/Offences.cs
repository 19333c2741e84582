namespace Worker.Tests.Rules;

/// <summary>What breaks a rule, told one a line.</summary>
internal static class Offences
{
    public static void None(IEnumerable<string> offences)
    {
        string[] found = [.. offences.Distinct()];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}
