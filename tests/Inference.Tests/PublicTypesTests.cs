using System.Collections;
using System.Reflection;
using Sluice.Inference;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Inference.Tests;

/// <summary>What a program that uses the library gets.</summary>
public sealed class PublicTypesTests
{
    /// <summary>Lists are equal only to themselves, so a record that holds one is not equal to another of the same content.</summary>
    [Fact]
    public void Values_that_compare_by_what_they_hold_hold_no_list()
    {
        Type[] values = [.. typeof(Classifier).Assembly.GetExportedTypes().Where(type => type
            .GetInterfaces().Contains(typeof(IEquatable<>).MakeGenericType(type)))];
        Assert.Contains(typeof(Mode), values);
        Assert.Empty(
            from type in values
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            where property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable))
            select $"{type.Name}.{property.Name}");
    }

    [Fact]
    public void Lists_cannot_be_changed_by_who_gets_them()
    {
        List<string> labels = ["no", "yes"];
        ModelIdentity model = new("tiny", "1.0.0", labels, maxTokens: 32);
        labels[0] = "changed";
        Assert.Equal("no", model.Labels[0]);
        Classification found = new("no", [0.5f, 0.5f], [1f, 1f], tokens: 5, truncated: false, new Provenance(Mode.Teacher(Precision.Int8)));
        BundleException refused = new("/bundle", new List<string> { "weights.bin: cut" });
        Assert.All<IEnumerable>([model.Labels, found.Scores, found.Logits, refused.Disagreements], list =>
        {
            Assert.False(list is Array or List<string>);
            Assert.True(((IList)list).IsReadOnly);
        });
    }
}
