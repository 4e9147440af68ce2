namespace Hone.Grading.Cases;

/// <summary>A completion with the grade that it should get: one line of a table that tests a grader.</summary>
/// <param name="Name">What a person calls it; its line where the table gives no name.</param>
public sealed record GradeCase(string Name, int Line, GradingItem Item, ExpectedGrade Expected);
