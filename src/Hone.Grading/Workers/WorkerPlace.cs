namespace Hone.Grading.Workers;

/// <summary>What is one worker's own.</summary>
/// <param name="Folder">Its temporary folder.</param>
/// <param name="Mark">A word that no other worker has.</param>
/// <param name="User">Whom it runs as; null: as this process does.</param>
/// <param name="Tasks">Processes and threads that its user may have; no two workers of one user have the same number.</param>
sealed record WorkerPlace(string Folder, string Mark, int? User, int Tasks);
