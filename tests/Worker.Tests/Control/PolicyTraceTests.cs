using Worker.Tests.Control.Simulated;

namespace Worker.Tests.Control;

/// <summary>Loads and their courses, as TestData/traces keeps them; docs/lag.md shows some.</summary>
public sealed class PolicyTraceTests
{
    public static TheoryData<string> Traces =>
        [.. Directory.GetFiles(Folder).Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "TestData", "traces");

    /// <summary>A failing one writes what it was beside what is kept, as NAME.new.</summary>
    [Theory]
    [MemberData(nameof(Traces))]
    public void A_load_takes_the_course_that_is_written_down(string name)
    {
        string kept = File.ReadAllText(Path.Combine(Folder, $"{name}.txt"));
        string course = PolicyTrace.Run(kept);
        if (course != kept) File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "TestData", $"{name}.new"), course);
        Assert.Equal(kept, course);
    }
}
