using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class AdmissionTests
{
    [Fact]
    public void A_record_holds_the_most_tokens_it_can_have_until_it_is_tokenized()
    {
        Admission admission = Create();
        Assert.Equal(512, admission.Enter(valueBytes: 10_000));
        Assert.Equal(12, admission.Enter(valueBytes: 10));
        Assert.Equal((2, 10_010, 524), (admission.Documents, admission.Bytes, admission.Tokens));
        admission.Tokenized(10_000, reservedTokens: 512, tokens: 100);
        Assert.Equal((2, 10, 112), (admission.Documents, admission.Bytes, admission.Tokens));
        admission.Leave(0, 100);
        admission.Leave(10, 12);
        Assert.Equal((0, 0, 0), (admission.Documents, admission.Bytes, admission.Tokens));
    }

    [Theory]
    [InlineData(3, 100)]
    [InlineData(2, 600)]
    [InlineData(1, 2_000_000)]
    public void There_is_no_room_at_any_one_bound(int records, int bytes)
    {
        Admission admission = Create(documents: 3, tokens: 1000, bytes: 1_000_000);
        for (int i = 0; i < records; i++)
        {
            Assert.True(admission.HasRoom);
            admission.Enter(bytes);
        }

        Assert.False(admission.HasRoom);
    }

    [Fact]
    public void Key_and_headers_are_held_until_the_record_leaves()
    {
        Admission admission = Create(bytes: 1000);
        int held = admission.Enter(valueBytes: 10, retainedBytes: 2000);
        admission.Tokenized(10, held, tokens: 3);
        Assert.Equal(2000, admission.Bytes);
        Assert.False(admission.HasRoom);
        admission.Leave(2000, 3);
        Assert.Equal((0, 0, 0), (admission.Documents, admission.Bytes, admission.Tokens));
    }

    [Fact]
    public void The_last_record_is_waited_for()
    {
        Admission admission = Create();
        Assert.True(admission.WaitForLast(TimeSpan.Zero, CancellationToken.None));
        admission.Enter(1);
        Assert.False(admission.WaitForLast(TimeSpan.Zero, CancellationToken.None));
        admission.Leave(1, 3);
        Assert.True(admission.WaitForLast(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task A_wait_for_the_last_record_ends_when_it_is_told_to_stop()
    {
        Admission admission = Create();
        admission.Enter(1);
        using CancellationTokenSource stop = new();
        Task<bool> waiting = Task.Run(() => admission.WaitForLast(TimeSpan.FromMinutes(5), stop.Token));
        await stop.CancelAsync();
        Assert.False(await waiting.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.False(admission.WaitForLast(TimeSpan.FromMinutes(5), stop.Token)); // told before
    }

    [Fact]
    public void One_record_is_always_admitted_however_large()
    {
        Admission admission = Create(bytes: 1024);
        Assert.True(admission.HasRoom);
        admission.Enter(10_000_000);
        Assert.False(admission.HasRoom);
    }

    [Fact]
    public void Reading_resumes_only_when_half_is_free_again()
    {
        Admission admission = Create(documents: 4);
        for (int i = 0; i < 4; i++) admission.Enter(1);
        admission.Leave(1, 3);
        Assert.True(admission.HasRoom);
        Assert.False(admission.HasRoomToResume);
        admission.Leave(1, 3);
        Assert.True(admission.HasRoomToResume);
    }

    [Fact]
    public async Task Waiting_ends_when_a_record_leaves()
    {
        Admission admission = Create(documents: 1);
        admission.Enter(1);
        Task<bool> waiting = Task.Run(() => admission.WaitForRoom(TimeSpan.FromMinutes(1)));
        admission.Leave(1, 3);
        Assert.True(await waiting);
    }

    [Fact]
    public void Waiting_for_no_time_says_that_there_is_no_room()
    {
        Admission admission = Create(documents: 1);
        admission.Enter(1);
        Assert.False(admission.WaitForRoom(TimeSpan.Zero));
    }

    private static Admission Create(int documents = 100, long tokens = 100_000, long bytes = 100_000) =>
        new(new InFlightLimits(documents, tokens, bytes)) { MaxTokensPerDocument = 512 };
}
