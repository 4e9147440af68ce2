using Hone.Tensors;
using Hone.Tensors.Ops;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors;

[Trait("Tier", "all")]
public sealed class TapeTests : IDisposable
{
    const int Rows = 3, Width = 7;

    readonly Workers _workers = new(1);
    readonly Arena _arena = new();
    readonly Parameter _one = Parameter.Matrix("one", Width, Width, Randoms.Normal(Width * Width, seed: 1));
    readonly Parameter _two = Parameter.Matrix("two", Width, Width, Randoms.Normal(Width * Width, seed: 2));

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _arena.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void A_value_used_twice_gets_the_sum_of_its_gradients()
    {
        var (gate, up) = (Input(needsGradient: true), Input(needsGradient: true));
        Backward(NewTape(), tape => Gated(tape, gate, up));

        var both = Input(needsGradient: true);
        Backward(NewTape(), tape => Gated(tape, both, both));

        double[] sum = [.. gate.Gradient!.Span.ToArray().Zip(up.Gradient!.Span.ToArray(), (a, b) => (double)a + b)];
        Close.AssertAll(sum, both.Gradient!.Span.ToArray(), 1e-6, 1e-6);
    }

    [Fact]
    public void A_residual_gets_the_gradient_of_the_sum_and_of_what_was_added()
    {
        var x = Input(needsGradient: true);
        Backward(NewTape(), tape => tape.Linear(x, _one, residual: x));

        var product = Input(needsGradient: true);
        Backward(NewTape(), tape => tape.Linear(product, _one));

        Close.AssertAll([.. product.Gradient!.Span.ToArray().Select(v => v + 1.0)], x.Gradient!.Span.ToArray(), 1e-6, 1e-6);
    }

    [Fact]
    public void Nothing_flows_to_what_no_trained_parameter_feeds()
    {
        var frozen = Input(needsGradient: false);

        var y = NewTape().Linear(frozen, _one);

        Assert.False(y.NeedsGradient);
        _one.Train();
        Backward(NewTape(), tape => tape.Linear(frozen, _one));
        Assert.Null(frozen.Gradient);
    }

    [Fact]
    public void A_tape_that_does_not_record_wants_no_gradient()
    {
        _one.Train();
        var tape = new Tape(new CpuDevice(_workers), _arena, records: false);

        Assert.False(tape.Linear(Input(needsGradient: true), _one).NeedsGradient);
    }

    [Fact]
    public void A_second_backward_pass_repeats_nothing()
    {
        var (x, tape) = (Input(needsGradient: true), NewTape());
        Backward(tape, recording => recording.Linear(x, _one));
        var gradient = x.Gradient!.Span.ToArray();

        tape.Backward();

        Assert.Equal(gradient, x.Gradient!.Span.ToArray());
    }

    Tensor Gated(Tape tape, Tensor gate, Tensor up) => tape.Linear(
        LinearOp.Gated(Activation.Silu, tape.Linear(gate, _one), tape.Linear(up, _two)), new LinearWeights(_one, null), residual: null);

    static void Backward(Tape tape, Func<Tape, Tensor> run)
    {
        var y = run(tape);
        y.Gradient = tape.Arena.New(y.Rows, y.Columns);
        y.Gradient.Span.Fill(1);
        tape.Backward();
    }

    Tape NewTape() => new(new CpuDevice(_workers), _arena, records: true) { GroupStarts = [0, Rows] };

    Tensor Input(bool needsGradient)
    {
        var x = _arena.New(Rows, Width);
        Randoms.Normal(Rows * Width, seed: 3).CopyTo(x.Span);
        x.NeedsGradient = needsGradient;
        return x;
    }
}
