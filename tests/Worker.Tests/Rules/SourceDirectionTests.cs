using System.Xml.Linq;

namespace Worker.Tests.Rules;

/// <summary>Direction in the text: constants, which the compiler copies, and what comments refer to are not in the assemblies that
/// <see cref="DirectionTests"/> reads.</summary>
public sealed class SourceDirectionTests
{
    [Fact]
    public void No_using_of_a_folder_closes_a_circle()
    {
        (string From, string To)[] named =
        [
            .. from file in SourceFile.All
               where file.Namespace is not null
               from name in file.Usings
               where Dependency.IsOurs(name)
               select (file.Namespace!, NamespaceOf(name)),
        ];
        Assert.True(named.Length > 300, $"Only {named.Length} usings were read.");
        IEnumerable<(string, string)> compiled = Dependency.All.Where(one => Dependency.IsOurs(one.ToNamespace))
            .Select(one => (one.FromNamespace, one.ToNamespace));
        Offences.None(FolderGraph.Circles(named.Concat(compiled)).Select(circle =>
            $"A circle: {string.Join(", ", circle.Select(Dependency.FolderOf))}; its usings: " + string.Join(", ", named
                .Where(one => one.From != one.To && circle.Contains(one.From) && circle.Contains(one.To)).Distinct()
                .Select(one => $"{Dependency.FolderOf(one.From)} -> {Dependency.FolderOf(one.To)}"))));
    }

    [Fact]
    public void Core_folders_use_the_BCL_and_one_another_only() => Offences.None(
        from file in Core()
        from name in file.Usings
        where !CoreFolders.MayName(file.Folder, Dependency.IsOurs(name) ? NamespaceOf(name) : name)
        select $"{file.Path} uses {name}");

    [Fact]
    public void Core_folders_name_no_edge_in_full_either() =>
        Offences.None(Core().SelectMany(file => file.CodeThatMatches(CoreFolders.EdgeName)));

    [Theory]
    [InlineData("Startup.FileHandles.Fault(name)", true)]
    [InlineData("Sluice.Worker.Configuration.Shown.Hidden", true)]
    [InlineData("Documents.WireHeader.Read(value)", true)]
    [InlineData("Documents.Avro.Projection.Compile(schema)", false)]
    [InlineData("Inference.Classifier text", true)]
    [InlineData("Inference.Modes.Scores.Largest(row)", false)]
    [InlineData("Confluent.Kafka.Error error", true)]
    [InlineData("System.Diagnostics.Debug.Assert(true)", false)]
    public void An_edge_is_known_by_its_folder(string code, bool isEdge) => Assert.Equal(isEdge, CoreFolders.EdgeName.IsMatch(code));

    [Theory]
    [InlineData("System", true)]
    [InlineData("System.IO", true)]
    [InlineData("System.IO.Hashing", false)]
    [InlineData("System.CommandLine.Parsing", false)]
    [InlineData("System.Net.Http", false)]
    [InlineData("SystemLike", false)]
    public void A_package_is_no_base_class_library_whatever_its_name(string name, bool isBcl) =>
        Assert.Equal(isBcl, CoreFolders.IsBcl(name));

    /// <summary>A reference that nothing uses is not in the assembly, but its package is fetched.</summary>
    [Fact]
    public void Schemas_are_built_with_nothing_but_Avro() => Offences.None(References("Schemas").Where(name => name != "Apache.Avro"));

    [Fact]
    public void Inference_is_built_with_nothing_but_ONNX_Runtime() => Offences.None(References("Inference")
        .Where(name => name is not "$(OnnxRuntimePackage)" and not "Microsoft.CodeAnalysis.PublicApiAnalyzers"));

    private static IEnumerable<SourceFile> Core() => SourceFile.All.Where(file => CoreFolders.Has(file.Folder));

    private static string[] References(string project) =>
    [
        .. XDocument.Load(Path.Combine(RepositoryRoot.Find(), "src", project, $"{project}.csproj")).Descendants()
            .Where(element => element.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference" or "Reference")
            .Select(element => (string)element.Attribute("Include")!),
    ];

    // A using may name a type, for its static members or an alias.
    private static string NamespaceOf(string name) =>
        SourceFile.All.Any(file => file.Namespace == name) ? name : name[..name.LastIndexOf('.')];
}
