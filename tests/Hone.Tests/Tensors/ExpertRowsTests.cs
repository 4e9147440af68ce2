using Hone.Tensors;

namespace Hone.Tests.Tensors;

public class ExpertRowsTests
{
    // Row 0 goes to experts 3 and 1, row 1 to 1 and 0, row 2 to 3 and 0.
    readonly ExpertRows _rows = new([3, 1, 1, 0, 3, 0], perRow: 2, count: 5);

    [Fact]
    public void Slots_lie_expert_after_expert_and_within_an_expert_by_row()
    {
        Assert.Equal([1, 2], _rows.Rows(0));
        Assert.Equal([0, 1], _rows.Rows(1));
        Assert.Equal([], _rows.Rows(2));
        Assert.Equal([0, 2], _rows.Rows(3));
        Assert.Equal([], _rows.Rows(4));
        Assert.Equal([3, 5, 1, 2, 0, 4], _rows.Choices);
        Assert.Equal((3, 6, 5), (_rows.Batch, _rows.Slots, _rows.Experts));
    }

    [Fact]
    public void Groups_of_the_batch_are_groups_of_an_expert()
    {
        Assert.Equal([0, 0, 2, 2], _rows.GroupStarts(0, [0, 1, 3, 3]));
        Assert.Equal([0, 1, 2, 2], _rows.GroupStarts(3, [0, 1, 3, 3]));
        Assert.Equal([0, 0, 0, 0], _rows.GroupStarts(2, [0, 1, 3, 3]));
    }

    [Fact]
    public void Every_row_may_go_to_one_expert() => Assert.Equal([0, 1, 2, 3], ExpertRows.All(4).Rows(0));
}
