-- Every request is another person: no two submissions are the same.
local count = 0
local run = tostring(os.time()) .. tostring(math.random(1, 1000000000))
local message = string.rep("I+am+writing+about+my+brother.+", 27)
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
request = function()
  count = count + 1
  local who = run .. "-" .. count
  local body = "who_for=loved_one&name=Person+" .. who .. "&phone=%28831%29+555-0117&email=u" .. who
    .. "%40example.org&contact_method=call&leave_message=yes&program=inpatient&how_soon=today&state=CA&language=en"
    .. "&submission_key=" .. who .. "&utm_source=google&message=" .. message
  return wrk.format("POST", "/inquiries", nil, body)
end
done = function(summary)
  io.write(string.format("REQUESTS %d ERRORS %d\n", summary.requests,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
