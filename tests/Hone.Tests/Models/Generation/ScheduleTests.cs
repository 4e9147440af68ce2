using Hone.Models.Generation;
using Hone.Tensors;

namespace Hone.Tests.Models.Generation;

public class ScheduleTests
{
    [Fact]
    public void Most_tokens_enter_first_then_the_longest_prompts_and_groups_stay_together()
    {
        var schedule = new Schedule([Request(5, 20, 2), Request(9, 20, 2), Request(1, 30, 1), Request(70, 20, 0), Request(9, 20, 1)], pages: 1000);
        List<Sequence> active = [];

        schedule.Admit(active, 4);

        Assert.Equal([2, 1, 1, 4], active.Select(sequence => sequence.Prompt.Index));
        Assert.True(schedule.Any);
        schedule.Admit(active, 9);
        Assert.Equal([2, 1, 1, 4, 0, 0], active.Select(sequence => sequence.Prompt.Index));
        Assert.False(schedule.Any);
    }

    [Fact]
    public void A_completion_enters_when_all_pages_that_it_may_need_are_free()
    {
        // Two pages of prompt; each completion a copy of the second, and one more for the tokens that follow.
        var request = Request(20, 20, 3);
        var schedule = new Schedule([request], pages: 6);
        List<Sequence> active = [];

        schedule.Admit(active, 9);

        Assert.Equal((2, 2), (Schedule.PromptPages(request), Schedule.OwnPages(request)));
        Assert.Equal(2, active.Count);
        schedule.Leave(request, last: false);
        schedule.Admit(active, 9);
        Assert.Equal(3, active.Count);
        Assert.Same(active[0].Prompt, active[2].Prompt);
    }

    [Theory]
    [InlineData(16, 1, 0)]
    [InlineData(16, 2, 1)]
    [InlineData(17, 1, 1)]
    [InlineData(17, 16, 1)]
    [InlineData(17, 17, 2)]
    public void The_last_token_of_a_completion_needs_no_place(int prompt, int maxTokens, int pages) =>
        Assert.Equal(pages, Schedule.OwnPages(Request(prompt, maxTokens, 1)));

    static GenerationRequest Request(int prompt, int maxTokens, int count) => new()
    {
        Prompt = new int[prompt],
        MaxTokens = maxTokens,
        Count = count,
        Key = new RandomKey(1, RandomPurpose.Completions, 0, 0),
        EndTokens = [],
    };
}
