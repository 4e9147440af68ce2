using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public sealed unsafe class AttentionPlanTests : IDisposable
{
    const int PromptPages = 9;
    const int OwnPages = 3;

    readonly Arena _arena = new();
    readonly Workers _workers = new(3);

    public void Dispose()
    {
        _arena.Dispose();
        _workers.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(100)]
    public void Completions_that_share_a_prompt_have_the_bits_of_each_alone(int window)
    {
        var shape = new AttentionShape(6, 2, 20, 0.2f) { Window = window };
        int[][] sequences = [.. Enumerable.Range(0, 50).Select(i => Pages(prompt: i / 20, own: i))];
        int[] positions = [.. Enumerable.Range(0, 50).Select(i => ((PromptPages + OwnPages) * 16) - 1 - (i * 7 % 40))];
        var pages = new KeyValuePages(
            Random((3 * PromptPages) + (50 * OwnPages), shape.TransposedPage, 1).Pointer,
            Random((3 * PromptPages) + (50 * OwnPages), shape.PlainPage, 2).Pointer);
        var q = Random(50, 120, 3);

        var together = Attend(shape, sequences, positions, q, pages);

        for (int i = 0; i < 50; i++)
        {
            var alone = Attend(shape, [sequences[i]], [positions[i]], q.Slice(i, 1), pages);
            Assert.Equal(alone.Span.ToArray(), together.RowSpan(i).ToArray());
        }
    }

    [Fact]
    public void Tasks_hold_every_row_once_and_join_sequences_that_share_pages()
    {
        var plan = new AttentionPlan();
        for (int i = 0; i < 50; i++)
        {
            plan.AddCached(i, 1, 150 + i, Pages(prompt: i / 20, own: i, extra: 10));
        }

        plan.AddCached(50, 70, 0, [.. Enumerable.Range(1000, 5)]);
        plan.TasksFor(new AttentionShape(6, 2, 20, 1));

        var tasks = plan.Tasks.ToArray();
        Assert.Equal(120, tasks.Sum(task => task.Rows));
        Assert.All(tasks.Where(task => task.Segments > 1), task => Assert.Equal(PromptPages, task.SharedPages));
        Assert.Contains(tasks, task => task.Segments == 6);
        Assert.DoesNotContain(tasks, task => task.Segment < 20 && task.Segment + task.Segments > 20);
    }

    [Fact]
    public void A_plan_that_was_cleared_is_as_good_as_new()
    {
        var plan = new AttentionPlan();
        plan.AddGroup(0, 20, [3, 4]);
        plan.TasksFor(new AttentionShape(2, 1, 8, 1));

        plan.Clear();
        plan.AddCached(0, 1, 40, Pages(prompt: 0, own: 0));

        Assert.Equal(0, plan.TransientPages);
        Assert.Equal(1, plan.TasksFor(new AttentionShape(2, 1, 8, 1)));
        Assert.Single(plan.Placements.ToArray());
        Assert.Equal(0, plan.PagesOf(0)[0]);
    }

    Tensor Attend(AttentionShape shape, int[][] sequences, int[] positions, Tensor q, KeyValuePages pages)
    {
        var plan = new AttentionPlan();
        for (int i = 0; i < sequences.Length; i++)
        {
            plan.AddCached(i, 1, positions[i], sequences[i]);
        }

        var y = _arena.New(q.Rows, q.Columns);
        new CpuDevice(_workers).Attention(shape, plan, q, pages, _arena.New(q.Rows, shape.Heads), y);
        return y;
    }

    static int[] Pages(int prompt, int own, int extra = 0) =>
    [
        .. Enumerable.Range(prompt * PromptPages, PromptPages),
        .. Enumerable.Range((3 * PromptPages) + (own * (OwnPages + extra)), OwnPages + extra),
    ];

    Tensor Random(int rows, int columns, int seed)
    {
        var tensor = _arena.New(rows, columns);
        Randoms.Normal(rows * columns, seed).CopyTo(tensor.Span);
        return tensor;
    }
}
