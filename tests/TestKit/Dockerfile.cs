namespace TestKit;

/// <summary>One instruction of a Dockerfile, its continued lines joined by a blank.</summary>
/// <param name="Stage">Which FROM it stands under, from 0.</param>
/// <param name="Name">In capitals.</param>
/// <param name="Arguments">All behind the name.</param>
internal sealed record DockerInstruction(int Stage, string Name, string Arguments)
{
    /// <summary>The sources of a COPY, relative to the context, or to another stage where <see cref="From"/> names one.</summary>
    public string[] Sources => [.. Words.Where(word => !word.StartsWith("--", StringComparison.Ordinal)).SkipLast(1)];

    public string Target => Words[^1];

    /// <summary>The stage that a COPY takes from; null: the context.</summary>
    public string? From => Words.FirstOrDefault(word => word.StartsWith("--from=", StringComparison.Ordinal))?["--from=".Length..];

    private string[] Words => Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A Dockerfile, as far as ours go: no here-documents, no escape directive.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(IReadOnlyList<DockerInstruction> instructions) => Instructions = instructions;

    /// <summary>In order.</summary>
    public IReadOnlyList<DockerInstruction> Instructions { get; }

    /// <summary>Those of one name.</summary>
    public IEnumerable<DockerInstruction> Of(string name) => Instructions.Where(instruction => instruction.Name == name);

    public static Dockerfile Read(string path) => Parse(File.ReadAllLines(path));

    public static Dockerfile Parse(params string[] lines)
    {
        List<DockerInstruction> instructions = [];
        int stage = -1;
        string open = "";
        foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            open += line;
            if (line.EndsWith('\\'))
            {
                open = open[..^1];
                continue;
            }

            string[] parts = open.Split(' ', 2);
            string name = parts[0].ToUpperInvariant();
            if (name == "FROM") stage++;
            string arguments = parts.Length < 2 ? "" : string.Join(' ', parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            instructions.Add(new DockerInstruction(stage, name, arguments));
            open = "";
        }

        if (open.Length > 0) throw new FormatException($"The last instruction goes on after its end: '{open}'.");
        return new Dockerfile(instructions);
    }
}
