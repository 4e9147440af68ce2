using Hone.Tensors.Kernels;

namespace Hone.Tensors;

/// <summary>
/// The one seam between mathematics and machine: memory and the kernels over it. Every kernel is batch-invariant: the bits of a row
/// depend on the row alone, not on the rows that travel with it nor on the number of threads.
/// </summary>
public abstract class Device
{
    /// <summary>What a run's record says of the machine: instruction-set tier and threads.</summary>
    public abstract string Description { get; }

    /// <summary>Arithmetic of products with frozen BF16 weights.</summary>
    public abstract Compute Compute { get; }

    public abstract Arena NewArena();

    /// <summary>Runs independent pieces of work on the device's threads.</summary>
    public abstract void ForEach(int count, Action<int> work);

    /// <summary>y = x·Wᵀ, or y = start + x·Wᵀ, each sum starting there; start may be y. x: [T, K], w: [N, K], y, start: [T, N].</summary>
    public abstract void Linear(Tensor x, PackedMatrix w, Tensor y, Tensor? start);

    /// <summary>dx = dy·W, or dx += dy·W.</summary>
    public abstract void LinearInputGradient(Tensor dy, PackedMatrix w, Tensor dx, bool accumulate);

    /// <summary>One leaf dyᵀ·x for each group of rows, added to the tree. groupStarts: one more entry than groups.</summary>
    public abstract void LinearWeightGradient(Tensor dy, Tensor x, int[] groupStarts, GradientTree tree);

    /// <summary>Folds a step's leaves into the gradient and makes the tree ready for the next step.</summary>
    public abstract void FinishGradient(GradientTree tree, Tensor gradient);

    /// <summary>Packs a trained matrix again after its values changed.</summary>
    public abstract void Repack(PackedMatrix w, Tensor values);

    /// <summary>y[t] = table[ids[t]].</summary>
    public abstract void Gather(PackedMatrix table, int[] ids, Tensor y);

    /// <summary>One row-sparse leaf of the table's gradient for each group.</summary>
    public abstract void GatherGradient(Tensor dy, int[] ids, int[] groupStarts, SparseGradientTree tree);

    /// <summary>target[t] = x[rows[t]].</summary>
    public abstract void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor target);

    /// <summary>target[rows[t]] += scales[t] · x[t], t ascending.</summary>
    public abstract void ScatterAddRows(Tensor x, ReadOnlySpan<float> scales, int[] rows, Tensor target);

    /// <summary>target[rows[t]] += x[t], t ascending.</summary>
    public abstract void ScatterAddRows(Tensor x, ReadOnlySpan<int> rows, Tensor target);

    /// <summary>
    /// Log-probability and entropy of each prediction over the whole vocabulary, without its logits ever in memory at once.
    /// hidden: [T, K], head: [V, K].
    /// </summary>
    /// <param name="directions">[predictions, K], or null: d log-probability / d hidden row, for the backward pass.</param>
    public abstract void Head(Tensor hidden, PackedMatrix head, HeadPredictions predictions, Tensor? directions, Arena scratch);

    /// <summary>RMSNorm over the last axis. invRms: [T, 1], kept for the backward pass.</summary>
    public abstract void RmsNorm(Tensor x, Tensor weight, float epsilon, Tensor invRms, Tensor y);

    public abstract void RmsNormInputGradient(Tensor dy, Tensor x, Tensor weight, Tensor invRms, Tensor dx, bool accumulate);

    /// <summary>One leaf for each group; <paramref name="rowsPerToken"/> rows of x belong to one row of the batch (heads, for QK-norm).</summary>
    public abstract void RmsNormWeightGradient(
        Tensor dy, Tensor x, Tensor invRms, int[] groupStarts, int rowsPerToken, GradientTree tree);

    /// <summary>Rotates x [T, heads·D] in place; <paramref name="inverse"/> turns back (the gradient).</summary>
    public abstract void Rotate(Tensor x, int headWidth, int[] positions, RotaryTables tables, bool inverse);

    /// <summary>Puts the batch's keys and values where the plan says.</summary>
    public abstract void PlaceKeysAndValues(
        in AttentionShape shape, AttentionPlan plan, Tensor k, Tensor v, KeyValuePages pages);

    /// <summary>Attention of every query row of the plan. logSumExp: [T, H].</summary>
    public abstract void Attention(
        in AttentionShape shape, AttentionPlan plan, Tensor q, KeyValuePages pages, Tensor logSumExp, Tensor y);

    /// <summary>Counts one more logit for each head in attention's softmax and drops its share: y and logSumExp change. sinks: [1, H].</summary>
    public abstract void AddSinks(Tensor sinks, Tensor logSumExp, Tensor y);

    /// <summary>One leaf [1, H] for each group; logSumExp and y as <see cref="AddSinks"/> left them.</summary>
    public abstract void SinkGradient(Tensor sinks, Tensor logSumExp, Tensor y, Tensor dy, int[] groupStarts, GradientTree tree);

    /// <summary>Assigns dq, dk, dv. The plan holds whole groups (<see cref="AttentionPlan.AddGroup"/>).</summary>
    public abstract void AttentionInputGradient(
        in AttentionShape shape, AttentionPlan plan, AttentionTensors kept, Tensor dy, Arena scratch, Tensor dq, Tensor dk, Tensor dv);

    /// <summary>y = act(gate) ⊙ up.</summary>
    public abstract void Gate(Activation activation, Tensor gate, Tensor up, Tensor y);

    /// <summary>Assigns dGate and dUp; dUp may be dy itself.</summary>
    public abstract void GateInputGradient(Activation activation, Tensor dy, Tensor gate, Tensor up, Tensor dGate, Tensor dUp);

    /// <summary>y[t] += bias. bias: [1, N].</summary>
    public abstract void AddBias(Tensor bias, Tensor y);

    /// <summary>One leaf Σ_t dy[t], t ascending, for each group.</summary>
    public abstract void BiasGradient(Tensor dy, int[] groupStarts, GradientTree tree);

    /// <summary>The columns of x [T, N], one part after another.</summary>
    public abstract void SplitColumns(Tensor x, Tensor[] parts);

    /// <summary>The reverse of <see cref="SplitColumns"/>.</summary>
    public abstract void JoinColumns(Tensor[] parts, Tensor y);

    /// <summary>The gate of gpt-oss (<see cref="Kernels.ClampedSwiGlu"/>).</summary>
    public abstract void ClampedSwiGlu(Tensor gate, Tensor up, float alpha, float limit, Tensor y);

    /// <summary>Assigns dGate and dUp; dUp may be dy itself.</summary>
    public abstract void ClampedSwiGluInputGradient(
        Tensor dy, Tensor gate, Tensor up, float alpha, float limit, Tensor dGate, Tensor dUp);

    /// <summary>y = σ(x).</summary>
    public abstract void Sigmoid(Tensor x, Tensor y);

    /// <summary>Assigns dx, from the result y.</summary>
    public abstract void SigmoidInputGradient(Tensor dy, Tensor y, Tensor dx);

    /// <summary>
    /// The k experts of each row and their weights, k being the columns of weights: softmax of the chosen logits or, if
    /// <paramref name="overAll"/>, of all. logits: [T, E], experts: [T, k], weights: [T, k].
    /// </summary>
    public abstract void Route(Tensor logits, bool overAll, int[] experts, Tensor weights);

    /// <summary>Assigns dLogits.</summary>
    public abstract void RouteInputGradient(
        Tensor logits, bool overAll, int[] experts, Tensor weights, Tensor dWeights, Tensor dLogits);

    /// <summary>y[t] = scales[t] · x[t]. scales: [T, 1].</summary>
    public abstract void ScaleRows(Tensor x, Tensor scales, Tensor y);

    /// <summary>Assigns dx, which may be dy itself, and dScales[t] = Σ dy[t] · x[t].</summary>
    public abstract void ScaleRowsInputGradient(Tensor dy, Tensor x, Tensor scales, Tensor dx, Tensor dScales);

    /// <summary>y[t] += scales[t] · bias. bias: [1, N], scales: [T, 1].</summary>
    public abstract void AddScaledBias(Tensor bias, Tensor scales, Tensor y);

    /// <summary>dScales[t] += Σ dy[t] · bias.</summary>
    public abstract void BiasScaleGradient(Tensor dy, Tensor bias, Tensor dScales);

    public abstract void Copy(Tensor x, Tensor y);

    /// <summary>y += x.</summary>
    public abstract void Add(Tensor x, Tensor y);

    /// <summary>y += scale · x.</summary>
    public abstract void AddScaled(Tensor x, float scale, Tensor y);

    /// <summary>y *= scale.</summary>
    public abstract void Scale(float scale, Tensor y);

    /// <summary>The head's products become logits, in place.</summary>
    public abstract void FormLogits(LogitForm form, Tensor logits);

    /// <summary>
    /// Turns logits into the gradient of the head's products, in place. Row i belongs to target[i], whose log-probability has the gradient
    /// dLogProbability[i]; dEntropy[i] is that of the row's entropy.
    /// </summary>
    public abstract void LogSoftmaxInputGradient(Tensor logits, HeadRows rows);
}
