using YamlDotNet.RepresentationModel;

namespace Worker.Tests.Infra;

/// <summary>A YAML file as dictionaries, lists and strings. A key that is there twice is refused by the reader.</summary>
internal static class YamlTree
{
    /// <param name="path">Relative to the repository.</param>
    public static Dictionary<string, object> Read(string path)
    {
        YamlStream stream = [];
        using StreamReader reader = new(Path.Combine(RepositoryRoot.Find(), path));
        stream.Load(reader);
        return Map(Of(Assert.Single(stream.Documents).RootNode));
    }

    public static Dictionary<string, object> Map(object node) => Assert.IsType<Dictionary<string, object>>(node);

    public static List<object> Items(object node) => Assert.IsType<List<object>>(node);

    private static object Of(YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => Of(pair.Value)),
        YamlSequenceNode items => items.Children.Select(Of).ToList(),
        YamlScalarNode scalar => scalar.Value ?? "",
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start}"),
    };
}
