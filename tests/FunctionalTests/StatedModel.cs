using System.Text.Json.Nodes;

namespace FunctionalTests;

/// <summary>The tiny model with a manifest that says how accurate each mode is, as a trained bundle's does; deleted at the end.</summary>
/// <remarks>The dearest are the most accurate: two students, one, the swift one, and then the teacher, which is the tiny model's cheapest.
/// </remarks>
internal sealed class StatedModel : IDisposable
{
    public StatedModel()
    {
        foreach (string file in Directory.GetFiles(WorkerHarness.TinyModel)) File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        string path = Path.Combine(Folder, "manifest.json");
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        JsonNode students = manifest["students"]!;
        students["teacher"] = new JsonObject();
        State(students["teacher"]!, correct: 960);
        State(students["prefixes"]![0]!, correct: 980);
        State(students["prefixes"]![1]!, correct: 990);
        State(students["swift"]!, correct: 970);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sluice-stated-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void State(JsonNode mode, int correct) => mode["int8"] = new JsonObject
    {
        ["test"] = new JsonObject { ["correct"] = correct, ["total"] = 1000 },
    };
}
