Console.Error.WriteLine("hone");
return 0;
