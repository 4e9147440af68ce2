using Hone.Training;

namespace Hone.Tests.Training;

public sealed class TrainingLoopTests : IDisposable
{
    readonly SmallTraining _training = new();

    public void Dispose() => _training.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_dies_at_any_call_of_its_record_resumes_to_the_same_end(bool written)
    {
        using var straight = new MemoryRecord();
        byte[] expected = _training.Train(straight);

        Assert.InRange(straight.Calls, 10, 30);
        for (int call = 0; call < straight.Calls; call++)
        {
            using var record = new MemoryRecord { Death = (call, written) };
            Assert.Throws<ProcessDiedException>(() => _training.Train(record));
            byte[] actual = _training.Train(record);

            Assert.Equal(expected, actual);
            Assert.Equal(straight.Cursor, record.Cursor);
            Assert.Equal(straight.Rewards, record.Rewards);
        }
    }

    [Fact]
    public void A_grader_that_fails_in_validation_stops_the_run_until_it_is_mended()
    {
        using var straight = new MemoryRecord();
        using var record = new MemoryRecord();
        var broken = new LengthGrader(item => item.Id.StartsWith("validation-2/", StringComparison.Ordinal));

        var fault = Assert.Throws<GradingFaultException>(() => _training.Train(record, grader: broken));

        Assert.StartsWith("Validation after step 2: the grader failed on 2 of 2 completions", fault.Message);
        Assert.Equal(_training.Train(straight), _training.Train(record));
        Assert.Equal(straight.Rewards, record.Rewards);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Without_a_validation_reward_the_last_adapter_is_the_best(int prompts)
    {
        using var record = new MemoryRecord();
        var silent = new LengthGrader(item => item.Id.StartsWith("validation", StringComparison.Ordinal));

        _training.Train(record, SmallTraining.Settings with { MaxFaultShare = 1 }, silent, prompts);

        Assert.Equal((4, 4, "steps"), (record.Cursor!.Step, record.Cursor.BestStep, record.Cursor.Ended));
    }

    [Fact]
    public void Checkpointed_layers_leave_no_trace_in_the_adapter()
    {
        using var kept = new MemoryRecord();
        using var again = new MemoryRecord();

        Assert.Equal(
            _training.Train(kept, validation: 0), _training.Train(again, SmallTraining.Settings with { CheckpointLayers = 1 }, validation: 0));
    }

    // Step 2 has eight completions. A grader may answer a stop with faults; those of the last find the sampling over.
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void A_run_stopped_while_it_grades_resumes_to_the_same_end(int completion)
    {
        using var straight = new MemoryRecord();
        using var record = new MemoryRecord();
        using var stop = new CancellationTokenSource();
        int seen = 0;
        var stopping = new LengthGrader(item =>
        {
            if (item.Id.StartsWith("step-2/", StringComparison.Ordinal) && ++seen == completion)
            {
                stop.Cancel();
            }

            return stop.IsCancellationRequested;
        });

        Assert.ThrowsAny<OperationCanceledException>(() => _training.Train(record, grader: stopping, stop: stop.Token));

        Assert.Equal(2, record.Cursor!.Step);
        Assert.Equal(_training.Train(straight), _training.Train(record));
    }
}
