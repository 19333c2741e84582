namespace FunctionalTests.Entry;

/// <summary>A program that has ended.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="Code">Its exit code; 128 plus the signal's number where one ended it.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Errors">All of its standard error.</param>
internal sealed record Finished(int Id, int Code, string Output, string Errors)
{
    public string LastLine => Output.TrimEnd('\n').Split('\n')[^1];
}
