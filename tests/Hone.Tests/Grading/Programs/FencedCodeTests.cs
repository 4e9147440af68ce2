using Hone.Grading.Programs;

namespace Hone.Tests.Grading.Programs;

public class FencedCodeTests
{
    [Theory]
    [InlineData("x = 1", "x = 1")]
    [InlineData("Here:\n```python\nx = 1\n```\nDone.", "x = 1")]
    [InlineData("```py\r\nx = 1\r\ny = 2\r\n```", "x = 1\ny = 2")]
    [InlineData("```Python title=a\nx = 1\n```", "x = 1")]
    [InlineData("```python\na\n```\n```python\nb\n```", "b")]
    [InlineData("```python\na\n```\n```\noutput\n```", "a")]
    [InlineData("```\na\n```\n```json\n{}\n```", "a")]
    [InlineData("```json\n{}\n```", null)]
    [InlineData("  ```python\nx\n  ```", "x")]
    [InlineData("````python\na\n```\nb\n````", "a\n```\nb")]
    [InlineData("```python\nx = 1", "x = 1")]
    [InlineData("```python\n```", null)]
    [InlineData("```python", null)]
    [InlineData("text ``` inline", "text ``` inline")]
    [InlineData("``` inline ```", "``` inline ```")]
    [InlineData("｀｀｀python\nx\n｀｀｀", "｀｀｀python\nx\n｀｀｀")]
    [InlineData("", null)]
    [InlineData(" \n\t", null)]
    public void The_program_is_the_last_fenced_block(string text, string? expected) =>
        Assert.Equal(expected, FencedCode.Find(text, "python", "py"));

    [Fact]
    public void An_answer_of_many_blocks_is_read_once() =>
        Assert.Equal("x", FencedCode.Find(string.Concat(Enumerable.Repeat("```\ny\n```\n", 50_000)) + "```python\nx\n```", "python"));
}
