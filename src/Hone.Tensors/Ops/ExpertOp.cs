using Hone.Tensors.Kernels;

namespace Hone.Tensors.Ops;

/// <summary>One expert: down(activation(gate(x), up(x))).</summary>
public readonly record struct Expert(LinearWeights Gate, LinearWeights Up, LinearWeights Down);

/// <summary>The constants of <see cref="ClampedSwiGlu"/>.</summary>
public sealed record ClampedActivation(float Alpha, float Limit);

/// <summary>
/// y[t] = (residual[t] +) Σ w · expert(x[t]) over the experts of row t, added in ascending order of their index: a row's bits do not depend on
/// its neighbours. Each expert computes its rows with the products that every linear layer has.
/// </summary>
/// <remarks>
/// <para>The weight stands before the last product, down(w · a) + w · bias, where a row is narrow: its gradient is then Σ da · a.</para>
/// <para>What is kept, and all scratch memory, depends on the number of rows alone, not on where they go: k rows of gate and up for each row.</para>
/// </remarks>
public static class ExpertOp
{
    /// <param name="tape">Records when the batch trains.</param>
    /// <param name="x">[T, C].</param>
    /// <param name="rows">The experts of each row.</param>
    /// <param name="weights">[T, k], as <paramref name="rows"/> was made from.</param>
    /// <param name="experts">E of them, of equal shapes.</param>
    /// <param name="clamp">Null for silu(gate) ⊙ up.</param>
    /// <param name="residual">Its gradient shares the memory of the result's; without recording the result takes its place.</param>
    public static Tensor Experts(
        this Tape tape, Tensor x, ExpertRows rows, Tensor weights, IReadOnlyList<Expert> experts, ClampedActivation? clamp, Tensor? residual)
    {
        var y = Start(tape, x, weights, experts, residual);
        var pass = new ExpertPass(tape, x, rows, weights, experts, clamp, y);
        pass.Forward();
        tape.Record(y, () =>
        {
            pass.Backward();
            ShareGradient(tape, residual, y.Gradient!);
        });
        return y;
    }

    static Tensor Start(Tape tape, Tensor x, Tensor weights, IReadOnlyList<Expert> experts, Tensor? residual)
    {
        // Experts read x until the last of them has added its part.
        if (residual is not null && !tape.Records && !residual.IsSameMemory(x))
        {
            return residual;
        }

        bool trains = tape.Records && (x.NeedsGradient || weights.NeedsGradient || residual is { NeedsGradient: true } || experts.Any(Trains));
        if (residual is null)
        {
            var zeros = tape.Arena.Zeros(x.Rows, experts[0].Down.Weight.Rows);
            zeros.NeedsGradient = trains;
            return zeros;
        }

        var y = tape.New(residual.Rows, residual.Columns, trains);
        tape.Device.Copy(residual, y);
        return y;
    }

    static bool Trains(Expert expert) => expert.Gate.Trains || expert.Up.Trains || expert.Down.Trains;

    static void ShareGradient(Tape tape, Tensor? residual, Tensor dy)
    {
        if (residual is { NeedsGradient: true, Gradient: { } there })
        {
            tape.Device.Add(dy, there);
        }
        else if (residual is { NeedsGradient: true })
        {
            residual.Gradient = dy;
        }
    }
}
