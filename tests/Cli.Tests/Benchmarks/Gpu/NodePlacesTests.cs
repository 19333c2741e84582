using System.Text;
using Benchmarks.Gpu;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class NodePlacesTests
{
    private const string Trace = """
        [
        {"cat" : "Session","name" :"model_loading_uri","dur" :5,"args" : {}},
        {"cat" : "Node","name" :"embed_fence_before","dur" :0,"args" : {"op_name" : "Gather"}},
        {"cat" : "Node","name" :"embed_kernel_time","dur" :7,"args" : {"op_name" : "Gather","provider" : "CUDAExecutionProvider"}},
        {"cat" : "Node","name" :"shape_kernel_time","dur" :1,"args" : {"provider" : "CPUExecutionProvider","op_name" : "Shape"}},
        {"cat" : "Node","name" :"embed_kernel_time","dur" :7,"args" : {"op_name" : "Gather","provider" : "CUDAExecutionProvider"}},
        {"cat" : "Kernel","name" :"volta","dur" :1}
        ]
        """;

    [Fact]
    public void Each_node_is_read_once_with_where_it_ran() => Assert.Equal(
        [new NodePlace("embed", "Gather", "CUDA"), new NodePlace("shape", "Shape", "CPU")],
        NodePlaces.Read(new MemoryStream(Encoding.UTF8.GetBytes(Trace))));

    [Fact]
    public void Those_elsewhere_are_named_by_kind_and_a_few_by_name()
    {
        NodePlace[] places =
        [
            new("a", "Mul", "CPU"), new("b", "Gather", "CUDA"), new("c", "Mul", "CPU"), new("d", "Mul", "CPU"), new("e", "Mul", "CPU"),
            new("f", "Cast", "CPU"),
        ];
        Assert.Equal("Mul x4 on CPU (a, c, d, ...); Cast x1 on CPU (f)", NodePlaces.Elsewhere(places, "CUDA"));
        Assert.Equal("none", NodePlaces.Elsewhere(places[1..2], "CUDA"));
    }
}
