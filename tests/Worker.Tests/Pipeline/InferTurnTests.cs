using Sluice.Inference.Engines;
using Sluice.Inference.Onnx;

namespace Worker.Tests.Pipeline;

/// <summary>The infer step on a GPU that another thread has.</summary>
public sealed class InferTurnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_batch_waits_for_its_turn_on_the_GPU()
    {
        DeviceTurn turn = new(new EngineOptions { Provider = ExecutionProvider.Cuda });
        using ConstantEngine engine = new(InferRig.Model, [InferRig.Teacher, InferRig.Swift]);
        InferRig rig = new();
        rig.Add(5);
        rig.Batches.Complete();
        turn.Take();
        Thread inferring = new(() => InferRig.Run(rig.Create(engine, turn)));
        inferring.Start();
        Assert.True(SpinWait.SpinUntil(() => (inferring.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0, Patience));
        Assert.Empty(rig.Published);
        turn.End();
        Assert.True(inferring.Join(Patience));
        Assert.Single(rig.Published);
    }
}
